import { expect, test } from 'vitest';
import { encodeZ85 } from '../../../../src/worker/links/remote/z85.ts';
import { makeKeyPair } from '../../../../src/worker/wire/connection.ts';

test('encodeZ85() gives the text of the specification (RFC 32)', () => {
  expect(encodeZ85(Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b))).toBe('HelloWorld');
});

test('encodeZ85() reads bytes where they lie in a larger buffer', () => {
  const buffer = Buffer.from([0, 0, 0, 0x86, 0x4f, 0xd2, 0x6f]);
  expect(encodeZ85(buffer.subarray(3))).toBe('Hello');
});

test('encodeZ85() writes 32 bytes as long as the keys of zeromq are', () => {
  expect(encodeZ85(new Uint8Array(32).fill(255))).toHaveLength(makeKeyPair().publicKey.length);
});
