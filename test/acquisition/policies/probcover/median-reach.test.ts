import { expect, it } from 'vitest';
import { medianReach } from '../../../../src/acquisition/policies/probcover/median-reach.ts';
import { buildNeighbourSource } from '../../../../src/standalone/in-process/neighbour-graph.ts';

const { graph } = buildNeighbourSource({ values: Float32Array.of(0, 1, 3, 7), dimension: 1 }, 3);

it('medianReach() gives the median distance to the reach-th nearest, or to the farthest listed', () => {
  // First neighbours: 1, 1, 2, 4; second: 3, 2, 3, 6.
  expect(medianReach(graph, 1)).toBe(1);
  expect(medianReach(graph, 2)).toBe(3);
  expect(medianReach(graph, 50)).toBe(3);
});
