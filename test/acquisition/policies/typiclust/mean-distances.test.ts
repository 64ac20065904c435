import { expect, it } from 'vitest';
import { meanDistances } from '../../../../src/acquisition/policies/typiclust/mean-distances.ts';
import { buildNeighbourSource } from '../../../../src/standalone/in-process/neighbour-graph.ts';

it('meanDistances() averages the k nearest others, or all listed ones', () => {
  const { graph } = buildNeighbourSource({ values: Float32Array.of(0, 1, 3), dimension: 1 }, 3);
  expect([...meanDistances(graph, 1)]).toEqual([1, 1, 2]);
  expect([...meanDistances(graph, 9)]).toEqual([2, 1.5, 2.5]);
  const { graph: alone } = buildNeighbourSource({ values: Float32Array.of(4), dimension: 1 }, 3);
  expect([...meanDistances(alone, 2)]).toEqual([0]);
});
