import { expect, test } from 'vitest';
import { isListenAddress, parseListenAddress } from '../../../../src/worker/links/remote/listen-address.ts';

test.each([
  ['127.0.0.1', { host: '127.0.0.1' }],
  ['10.1.2.3:5555', { host: '10.1.2.3', port: 5555 }],
  ['eth0:5555', { host: 'eth0', port: 5555 }],
  ['[fd00::7]', { host: '[fd00::7]' }],
  ['[fd00::7]:5555', { host: '[fd00::7]', port: 5555 }],
])('parseListenAddress() reads %s', (text, address) => {
  expect(parseListenAddress(text)).toEqual(address);
});

test.each(['', '*', '*:5555', '0.0.0.0', '0.0.0.0:1', '0', '00', '[::]', '[::]:1', '[0:0::0]', ':5555'])(
  'parseListenAddress() refuses every interface (%s)',
  (text) => {
    expect(() => parseListenAddress(text)).toThrow('that is every interface');
  },
);

test.each(['fd00::7', '10.0.0.1:0', '10.0.0.1:65536', '10.0.0.1:x', '10.0.0.1:1:2'])(
  'parseListenAddress() refuses what has another form (%s)',
  (text) => {
    expect(() => parseListenAddress(text)).toThrow('HOST or HOST:PORT is needed');
    expect(isListenAddress(text)).toBe(false);
  },
);
