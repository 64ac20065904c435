import { expect, test } from 'vitest';
import { jobArguments } from '../../../src/slurm/submission/job-arguments.ts';

test('jobArguments() names elements by ranges, and jobs that are no array by their ids', () => {
  const elements = [3, 0, 1, 7, 2].map((index) => ({ job: '12', index }));
  expect(jobArguments([...elements, { job: '14', index: null }, { job: '13', index: 5 }])).toEqual([
    '14',
    '12_[0-3,7]',
    '13_[5]',
  ]);
  expect(jobArguments([])).toEqual([]);
});

test('jobArguments() keeps every word short', () => {
  const words = jobArguments(Array.from({ length: 1000 }, (_value, index) => ({ job: '12', index: 2 * index })));
  expect(words).toHaveLength(20);
  expect(Math.max(...words.map(({ length }) => length))).toBeLessThan(300);
  expect(words.at(-1)).toMatch(/,1998\]$/);
});
