import { describe, expect, it } from 'vitest';
import { createCoverage } from '../../../../src/acquisition/policies/probcover/coverage.ts';
import { coverageRows } from '../../../../src/acquisition/policies/probcover/coverage-rows.ts';
import { buildNeighbourSource } from '../../../../src/standalone/in-process/neighbour-graph.ts';

const { graph } = buildNeighbourSource({ values: Float32Array.of(0, 1, 2, 3, 10), dimension: 1 }, 5);
const { extent } = coverageRows(graph, 1, 5);

describe('createCoverage()', () => {
  it('counts items nothing acquired covers', () => {
    const copies = { remaining: Int32Array.of(1, 1, 1, 5, 1), acquired: Int32Array.of(1, 0, 0, 0, 0) };
    expect([...createCoverage(graph, extent, copies).gains]).toEqual([0, 1, 6, 6, 1]);
  });

  it('lowers gains of prompts that cover what a pick covers, and tells which', () => {
    const copies = { remaining: Int32Array.of(1, 1, 1, 5, 1), acquired: new Int32Array(5) };
    const { gains, cover } = createCoverage(graph, extent, copies);
    expect([...gains]).toEqual([2, 3, 7, 6, 1]);
    const fallen = new Set<number>();
    cover(0, (prompt) => fallen.add(prompt));
    expect([...gains]).toEqual([0, 1, 6, 6, 1]);
    expect([...fallen].sort()).toEqual([0, 1, 2]);
    cover(0, () => expect.unreachable());
  });
});
