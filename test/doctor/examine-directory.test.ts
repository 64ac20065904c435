import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { examineDirectory } from '../../src/doctor/examine-directory.ts';
import { makeScratch } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);

test('examineDirectory() takes a directory that could be made, and makes nothing', () => {
  expect(examineDirectory(join(scratch.path, 'deep', 'runs'))).toMatchObject({ state: 'fine' });
  expect(readdirSync(scratch.path)).toEqual([]);
});

test('examineDirectory() refuses a place below a file', () => {
  const file = join(scratch.path, 'file');
  writeFileSync(file, '');
  expect(examineDirectory(join(file, 'runs'))).toMatchObject({
    state: 'missing',
    advice: 'set output.dir to a writable directory',
  });
});
