import { expect, it } from 'vitest';
import { pickCovering } from '../../../../src/acquisition/policies/probcover/pick-covering.ts';
import { buildNeighbourSource } from '../../../../src/standalone/in-process/neighbour-graph.ts';
import { policyContext } from '../../oracles/policy-context.ts';

it('pickCovering() covers groups by size, the earlier in the pool on ties', async () => {
  const values = Float32Array.of(0, 1, 2, 10, 11, 20, 21);
  const context = policyContext({
    pool: Int32Array.of(6, 5, 4, 3, 2, 1, 0),
    promptOf: Int32Array.from(values.keys()),
    batch: 3,
    neighbours: buildNeighbourSource({ values, dimension: 1 }, 7),
  });
  const picks = await pickCovering(context, { radius: 1, reach: 1, neighbours: 7 });
  expect(picks.map(({ item, score }) => [item, score])).toEqual([
    [1, 3],
    [6, 2],
    [4, 2],
  ]);
});
