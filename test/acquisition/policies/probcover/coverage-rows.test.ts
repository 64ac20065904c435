import { describe, expect, it } from 'vitest';
import { coverageRows } from '../../../../src/acquisition/policies/probcover/coverage-rows.ts';
import { buildNeighbourSource } from '../../../../src/standalone/in-process/neighbour-graph.ts';

const prompts = { values: Float32Array.of(0, 1, 2, 3, 10), dimension: 1 };
const rowsOf = (listed: number, radius: number, most: number) => {
  const { extent, truncated } = coverageRows(buildNeighbourSource(prompts, listed).graph, radius, most);
  return { extent: [...extent], truncated };
};

describe('coverageRows()', () => {
  it('counts prompts within the radius, by <=', () => {
    expect(rowsOf(5, 1, 64)).toEqual({ extent: [2, 3, 3, 2, 1], truncated: 0 });
    expect(rowsOf(5, 0.99, 64)).toEqual({ extent: [1, 1, 1, 1, 1], truncated: 0 });
  });

  it('cuts at the most, and at what the graph lists, and counts where it did', () => {
    expect(rowsOf(5, 1, 2)).toEqual({ extent: [2, 2, 2, 2, 1], truncated: 2 });
    expect(rowsOf(2, 1, 64)).toEqual({ extent: [2, 2, 2, 2, 1], truncated: 2 });
  });
});
