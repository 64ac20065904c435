import { expect, test } from 'vitest';
import type { Dataset } from '../../src/data/dataset.ts';
import { describeLeaks } from '../../src/data/describe-leaks.ts';

const split = (name: string, rows: readonly (readonly [number, number, number])[]) => {
  const column = (index: 0 | 1 | 2): Int32Array => Int32Array.from(rows, (row) => row[index]);
  return [
    name,
    { name, ids: rows.map((_, index) => `${name}-${index}`), prompts: column(0), a: column(1), b: column(2) },
  ];
};
const dataset = {
  manifest: { counts: { responses: 8 } },
  splits: new Map([
    split('train', [
      [0, 0, 1],
      [0, 1, 2],
      [1, 3, 4],
    ] as const),
    split('test', [
      [0, 1, 0],
      [2, 5, 6],
    ] as const),
    split('ood', [[3, 7, 7]] as const),
  ] as never),
} as unknown as Dataset;

test('describeLeaks() counts pairs, whichever side they are on, and prompts that the pool has too', () => {
  expect(describeLeaks(dataset, 'train', ['test', 'ood', 'test', 'train', 'absent'])).toEqual([
    "pairs of 'test' that are also in 'train', the pool: 1 of 2",
    "prompts of 'test' that are also in 'train', the pool: 1 of 2",
  ]);
  expect(describeLeaks(dataset, 'ood', ['train'])).toEqual([]);
});
