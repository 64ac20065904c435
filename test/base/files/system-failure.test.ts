import { mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { systemFailure } from '../../../src/base/files/system-failure.ts';
import { makeScratch } from '../../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const loop = join(scratch.path, 'loop');
symlinkSync('loop', loop);
mkdirSync(join(scratch.path, 'folder'));

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test.each([
  ['a circle of links', () => statSync(loop), /^Cannot stat '.*loop': its symbolic links lead in a circle; /],
  ['a long name', () => statSync('x'.repeat(300)), /: its name is too long; /],
  ['a file in the way', () => statSync(join(import.meta.filename, 'x')), /: a part of its path is no directory; /],
])('systemFailure() tells %s in words, as a fault of the environment', (_what, act, words) => {
  const failure = systemFailure(thrownBy(act));
  expect(failure?.exitStatus).toBe(3);
  expect(failure?.message).toMatch(words);
});

test('systemFailure() counts a NUL in a path as wrong usage', () => {
  const failure = systemFailure(thrownBy(() => readFileSync('a\0b')));
  expect(failure?.exitStatus).toBe(2);
  expect(failure?.message).toBe('Cannot use a path: its name holds a NUL character; give a path without it');
});

test('systemFailure() leaves faults of ours alone', () => {
  const badDescriptor = Object.assign(new Error('EBADF: bad file descriptor'), { code: 'EBADF', syscall: 'read' });
  for (const error of [badDescriptor, new TypeError('x'), new RangeError('y'), 'text', undefined])
    expect(systemFailure(error)).toBeUndefined();
});
