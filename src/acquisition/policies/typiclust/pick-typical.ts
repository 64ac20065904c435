import type { Pick } from '../../policy.ts';
import { type Cluster, gatherClusters, type TypicalChoice } from './gather-clusters.ts';

/**
 * Picks from the cluster with the fewest labels (the larger one on ties; small clusters after all others) the prompt
 * with the fewest labels, the most typical of those, and of it the first item in the pool; again and again.
 */
export function pickTypical(choice: TypicalChoice): readonly Pick[] {
  const clusters = gatherClusters(choice);
  return Array.from({ length: choice.picks }, () => {
    const cluster = clusters.reduce((best, other) => (isBefore(other, best, choice.minCluster) ? other : best));
    const { prompt, item } = cluster.take();
    return { item, score: typicalityOf(choice.meanDistance[prompt]!), terms: {} };
  });
}

function isBefore(one: Cluster, other: Cluster, minCluster: number): boolean {
  return compare(keyOf(one, minCluster), keyOf(other, minCluster)) < 0;
}

const keyOf = (cluster: Cluster, minCluster: number): readonly number[] => [
  cluster.isEmpty() ? 1 : 0,
  cluster.prompts < minCluster ? 1 : 0,
  cluster.labels(),
  -cluster.prompts,
];

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at === -1 ? 0 : one[at]! - other[at]!;
}

// 1e-5 as in the authors' code: coincident prompts are very typical, not infinitely.
const typicalityOf = (meanDistance: number): number => 1 / (meanDistance + 1e-5);
