import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  appendRegular,
  openRegular,
  readRegular,
  readRegularSync,
  requireRegular,
} from '../../../src/base/files/regular-file.ts';
import { makeScratch } from '../../support/balpm.ts';

const scratch = makeScratch();
const at = (name: string): string => join(scratch.path, name);
const server = createServer();
beforeAll(async () => {
  execFileSync('mkfifo', [at('fifo')]);
  symlinkSync('fifo', at('to-fifo'));
  symlinkSync('file', at('to-file'));
  mkdirSync(at('folder'));
  writeFileSync(at('file'), 'whole');
  await new Promise<void>((resolve) => server.listen(at('socket'), resolve));
});
afterAll(() => {
  server.close();
  scratch.remove();
});

const ODD: readonly [string, RegExp][] = [
  ['fifo', /^it is a FIFO$/],
  ['to-fifo', /^it is a FIFO$/],
  ['folder', /^it is a directory$/],
  ['../../../../../../dev/zero', /^it is a device$/],
];

describe.each(ODD)('%s', (name, words) => {
  test('is refused by every reader, which never waits for it', async () => {
    await expect(openRegular(at(name))).rejects.toThrow(words);
    await expect(readRegular(at(name))).rejects.toThrow(words);
    await expect(requireRegular(at(name))).rejects.toThrow(words);
    expect(() => readRegularSync(at(name))).toThrow(words);
  });
});

test('a socket is refused, whatever the system calls it', async () => {
  await expect(requireRegular(at('socket'))).rejects.toThrow(/^it is a socket$/);
  await expect(readRegular(at('socket'))).rejects.toThrow();
  expect(() => readRegularSync(at('socket'))).toThrow();
});

test('readRegular() reads a file, also by a link to it', async () => {
  expect((await readRegular(at('to-file'))).toString()).toBe('whole');
  expect(readRegularSync(at('to-file')).toString()).toBe('whole');
});

test('appendRegular() adds to a file, makes one, and does not wait for the reader of a pipe', () => {
  appendRegular(at('log'), 'one\n');
  appendRegular(at('log'), 'two\n');
  expect(readFileSync(at('log'), 'utf8')).toBe('one\ntwo\n');
  expect(() => appendRegular(at('fifo'), 'x')).toThrow(/ENXIO/);
  expect(existsSync(at('fifo'))).toBe(true);
});
