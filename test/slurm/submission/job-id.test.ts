import { expect, test } from 'vitest';
import { parseJobId } from '../../../src/slurm/submission/job-id.ts';

test.each([
  ['123', '123'],
  ['123\n', '123'],
  ['123;east-2.site', '123'],
  ['sbatch: lua: default account used\nWelcome\n 99 \n123;east\n', '123'],
  ['*** 5 nodes down ***\n123\n*** see the wiki ***', '123'],
  ['Submitted batch job 123', null],
  ['123;', null],
  ['', null],
])('parseJobId(%o) is %s', (printed, job) => {
  expect(parseJobId(printed)).toBe(job);
});
