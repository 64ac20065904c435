import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeFileAtomic } from '../../../src/base/files/files.ts';
import { writeFilesTogether } from '../../../src/base/files/write-files-together.ts';
import { makeScratch } from '../../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (name: string): string => join(scratch.path, name);

test('a file that is written never takes the place of a device, a FIFO or a directory', () => {
  execFileSync('mkfifo', [at('fifo')]);
  symlinkSync('/dev/null', at('device'));
  mkdirSync(at('directory'));
  const before = readdirSync(scratch.path);
  for (const [name, found] of Object.entries({ fifo: 'a FIFO', device: 'a device', directory: 'a directory' })) {
    const refused = `Cannot write '${at(name)}': it is ${found}; a writable place is needed`;
    expect(() => writeFileAtomic(at(name), 'text')).toThrow(refused);
    const files = new Map([at('other'), at(name)].map((path) => [path, 'text']));
    expect(() => writeFilesTogether(files)).toThrow(refused);
  }
  expect(readdirSync(scratch.path)).toEqual(before);
  expect(lstatSync(at('fifo')).isFIFO()).toBe(true);
  expect(lstatSync(at('device')).isSymbolicLink()).toBe(true);
});

test('a file is written where there is none, or another one', () => {
  for (const text of ['first', 'second']) {
    writeFileAtomic(at('file'), text);
    expect(readFileSync(at('file'), 'utf8')).toBe(text);
  }
  writeFilesTogether(new Map([[at('file'), 'third']]));
  expect(readFileSync(at('file'), 'utf8')).toBe('third');
});
