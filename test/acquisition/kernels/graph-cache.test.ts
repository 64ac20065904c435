import { describe, expect, it } from 'vitest';
import { graphCacheOf } from '../../../src/acquisition/kernels/graph-cache.ts';
import { buildNeighbourSource } from '../../../src/standalone/in-process/neighbour-graph.ts';

const graph = buildNeighbourSource({ values: Float32Array.of(0, 1, 3), dimension: 1 }, 2).graph;

describe('graphCacheOf()', () => {
  it('lists where in the graph every prompt stands', () => {
    const { offsets, values } = graphCacheOf(graph).listedAt;
    expect([...graph.ids]).toEqual([0, 1, 1, 0, 2, 1]);
    expect([...offsets]).toEqual([0, 2, 5, 6]);
    expect([...values]).toEqual([0, 3, 1, 2, 5, 4]);
  });

  it('is made once a graph', () => {
    expect(graphCacheOf(graph)).toBe(graphCacheOf(graph));
    expect(graphCacheOf({ ...graph })).not.toBe(graphCacheOf(graph));
  });
});
