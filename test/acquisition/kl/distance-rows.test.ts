import { describe, expect, it } from 'vitest';
import { createDistanceRows } from '../../../src/acquisition/kl/distance-rows.ts';
import { buildNeighbourSource } from '../../../src/acquisition/neighbour-graph.ts';

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
  it('fetches a row together with others, up to a block, and then has them', async () => {
    const { calls, rows } = watchedRows(3);
    expect([...(await rows.read(2, () => [2, 4, 0, 1]))]).toEqual([3, 2, 0, 3, 7]);
    expect([...(await rows.read(4, () => []))]).toEqual([10, 9, 7, 4, 0]);
    expect(calls).toEqual([[2, 4, 0]]);
    expect([rows.has(0), rows.has(1)]).toEqual([true, false]);
  });

  it('holds the last two blocks and no more', async () => {
    const { calls, rows } = watchedRows(1);
    for (const prompt of [0, 1, 0, 2, 0]) await rows.read(prompt, () => [3]);
    expect(calls).toEqual([[0], [1], [2], [0]]);
  });
});
