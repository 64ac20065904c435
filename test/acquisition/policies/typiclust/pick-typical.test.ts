import { expect, it } from 'vitest';
import { pickTypical } from '../../../../src/acquisition/policies/typiclust/pick-typical.ts';

it('pickTypical() goes round the clusters with the fewest labels, small ones last', () => {
  const prompts = Int32Array.of(0, 1, 2, 3, 4, 5);
  const picks = pickTypical({
    pool: prompts,
    picks: 6,
    promptOf: prompts,
    labels: new Int32Array(6),
    clusterOf: Int32Array.of(0, 0, 1, 1, 1, 2),
    meanDistance: Float64Array.of(2, 1, 3, 2, 1, 0),
    minCluster: 2,
  });
  expect(picks.map(({ item }) => item)).toEqual([4, 1, 3, 0, 2, 5]);
  expect(picks[0]?.score).toBeCloseTo(1 / (1 + 1e-5), 12);
});
