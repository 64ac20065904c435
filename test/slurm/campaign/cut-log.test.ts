import { expect, test } from 'vitest';
import { cutLog } from '../../../src/slurm/campaign/cut-log.ts';

const FIRST = 'balpm: 2026-11-30T16:01:23Z job=3_0 restart=0 node=n1 gpus=none';
const SECOND = 'balpm: 2026-11-30T16:09:23Z job=3_0 restart=1 node=n2 gpus=none';
const LOG = `${FIRST}
a: begins
worker says something
b: begins
a: round 0, 16 labels
b: round 0, 16 labels
a: done
c: begins
slurmstepd: error: *** JOB 3 ON n1 CANCELLED ***
${SECOND}
b: begins
b: round 1, 24 labels
b: Cannot read dataset: it is gone; mend it
  further
c: begins
c: round 0, 16 labels
`;
const part = (unit: string, restart: number, isOver = true) => ({
  unit,
  restart,
  isOver,
  others: ['a', 'b', 'c'].filter((name) => name !== unit),
});

test('cutLog() gives the lines of one unit in one start of the job', () => {
  expect(cutLog(LOG, part('a', 0))?.lines).toEqual([
    FIRST,
    'a: begins',
    'worker says something',
    'a: round 0, 16 labels',
    'a: done',
  ]);
  expect(cutLog(LOG, part('b', 1))?.lines).toEqual([
    SECOND,
    'b: begins',
    'b: round 1, 24 labels',
    'b: Cannot read dataset: it is gone; mend it',
    '  further',
  ]);
  expect(cutLog(LOG, part('c', 1, false))).toEqual({
    lines: [SECOND, 'c: begins', 'c: round 0, 16 labels'],
    isClosed: false,
  });
  expect(cutLog(LOG, part('c', 0, false))).toEqual({
    lines: [FIRST, 'c: begins', 'slurmstepd: error: *** JOB 3 ON n1 CANCELLED ***'],
    isClosed: true,
  });
});

test('cutLog() gives all of a start to the only unit of a job', () => {
  expect(cutLog(LOG, { ...part('b', 1), others: [] })?.lines).toEqual(LOG.trimEnd().split('\n').slice(9));
});

test('cutLog() tells when the log does not have that start', () => {
  expect(cutLog(LOG, part('b', 2))).toBe(null);
  expect(cutLog('', part('b', 0))).toBe(null);
  expect(cutLog(LOG, part('a', 1))?.lines).toEqual([SECOND]);
});
