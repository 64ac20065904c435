import { describe, expect, it } from 'vitest';
import { createDistanceRows } from '../../../../src/acquisition/policies/batch-entropy-kl/distance-rows.ts';
import { buildNeighbourSource } from '../../../../src/standalone/in-process/neighbour-graph.ts';

const line = buildNeighbourSource({ values: Float32Array.of(0, 1, 3, 6, 10), dimension: 1 }, 5);

function watchedRows(block: number) {
  const calls: number[][] = [];
  const distances = (queries: Int32Array) => {
    calls.push([...queries]);
    return line.distances(queries);
  };
  return { calls, rows: createDistanceRows({ ...line, distances }, block) };
}

describe('createDistanceRows()', () => {
  it('fetches up to a block of the rows that are not at hand, and then has them', async () => {
    const { calls, rows } = watchedRows(3);
    await rows.fetch([2, 4, 2]);
    await rows.fetch([4, 0, 2, 1, 3]);
    expect(calls).toEqual([
      [2, 4],
      [0, 1, 3],
    ]);
    expect([...rows.get(2)!]).toEqual([3, 2, 0, 3, 7]);
    expect([...rows.get(3)!]).toEqual([6, 5, 3, 0, 4]);
  });

  it('lets go of the oldest rows beyond two blocks', async () => {
    const { rows } = watchedRows(1);
    for (const prompt of [0, 1, 2]) await rows.fetch([prompt]);
    expect([0, 1, 2].map((prompt) => rows.get(prompt) !== undefined)).toEqual([false, true, true]);
  });

  it('takes no more than a block a call', async () => {
    const { calls, rows } = watchedRows(2);
    await rows.fetch([0, 1, 2, 3]);
    expect(calls).toEqual([[0, 1]]);
  });
});
