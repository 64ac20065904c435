import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ownMark } from '../../../src/base/files/owner.ts';
import {
  forgetKeptDirectories,
  keepTemporaryDirectory,
  makeTemporaryDirectory,
  removeLeftDirectories,
} from '../../../src/base/files/temporary-directory.ts';
import { makeScratch } from '../../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
afterEach(() => void vi.unstubAllEnvs());

const GONE = ownMark().replace(/^[0-9a-f]+/, (2 ** 22 + 1).toString(16));
const ELSEWHERE = ownMark().replace(/[0-9a-f]{6}$/, (space) => (space === '000000' ? '111111' : '000000'));
let place: string;
let cases = 0;

beforeEach(() => {
  place = join(scratch.path, String((cases += 1)));
  mkdirSync(place);
  vi.stubEnv('TMPDIR', place);
});

function leave(name: string, days: number, kept?: string): void {
  const path = join(place, name);
  const then = Date.now() / 1000 - days * 86_400;
  mkdirSync(path);
  writeFileSync(join(path, 'worker.log'), '');
  utimesSync(join(path, 'worker.log'), then, then);
  if (kept !== undefined) writeFileSync(join(path, 'kept'), kept);
  utimesSync(path, then, then);
}

it('removeLeftDirectories() removes those of gone processes, and what was not changed for a week', () => {
  leave(`balpm-worker-${GONE}-abcDEF`, 0);
  leave(`balpm-probe-${GONE}-abcDEF`, 0);
  leave(`balpm-trial-${GONE}-abcDEF`, 0);
  leave(`balpm-worker-${ELSEWHERE}-abcDEF`, 8);
  leave('balpm-worker-abcDEF', 8);
  const kept = [
    `balpm-worker-${ELSEWHERE}-GHIjkl`,
    'balpm-graph-GHIjkl',
    'balpm-test-abcDEF',
    `balpm-worker-${GONE}-toolong`,
    'other',
  ];
  for (const name of kept) leave(name, 2);
  leave('balpm-test-ABCdef', 90);
  const own = makeTemporaryDirectory('worker');
  removeLeftDirectories();
  expect(readdirSync(place).toSorted()).toEqual([...kept, 'balpm-test-ABCdef', own.slice(place.length + 1)].toSorted());
});

it('what was kept for a person goes when the same command has worked', () => {
  leave(`balpm-worker-${GONE}-abcDEF`, 0, 'of another command');
  const own = makeTemporaryDirectory('worker');
  keepTemporaryDirectory(own);
  removeLeftDirectories();
  expect(readdirSync(place).length).toBe(2);
  forgetKeptDirectories();
  expect(existsSync(own)).toBe(false);
  expect(readdirSync(place)).toEqual([`balpm-worker-${GONE}-abcDEF`]);
});

it('makeTemporaryDirectory() says what to do where it cannot', () => {
  vi.stubEnv('TMPDIR', join(place, 'missing'));
  expect(() => makeTemporaryDirectory('graph')).toThrow(
    /^Cannot make a temporary directory in '.*missing': ENOENT.*; a writable place is needed \(TMPDIR names the place\)$/,
  );
});
