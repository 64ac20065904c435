import { describe, expect, it } from 'vitest';
import { gatherClusters } from '../../../../src/acquisition/policies/typiclust/gather-clusters.ts';

/** Prompts 0 and 1 in cluster 0 (prompt 1 labelled once), 2 in cluster 1 with no items left, 3 in none. */
const gather = () =>
  gatherClusters({
    pool: Int32Array.of(8, 5, 6, 7),
    picks: 4,
    promptOf: Int32Array.of(2, 3, 1, 0, 0, 0, 1, 0, 1),
    labels: Int32Array.of(0, 1, 1, 0),
    clusterOf: Int32Array.of(0, 0, 1, -1),
    meanDistance: Float64Array.of(2, 1, 0, 0),
    minCluster: 1,
  });

describe('gatherClusters()', () => {
  it('tells size, labels and what is left of each', () => {
    expect(gather().map((one) => [one.prompts, one.labels(), one.isEmpty()])).toEqual([
      [2, 1, false],
      [1, 1, true],
    ]);
  });

  it('takes the prompt with the fewest labels, then the most typical, its items in pool order', () => {
    const [cluster] = gather();
    const taken = Array.from({ length: 4 }, () => cluster!.take());
    expect(taken).toEqual([
      { prompt: 0, item: 5 },
      { prompt: 1, item: 8 },
      { prompt: 0, item: 7 },
      { prompt: 1, item: 6 },
    ]);
    expect([cluster!.labels(), cluster!.isEmpty()]).toEqual([5, true]);
  });
});
