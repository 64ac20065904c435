import { z } from 'zod';
import { featuresOf, neighboursOf } from '../../context.ts';
import { drawPositions } from '../../kernels/candidates.ts';
import { countCopies } from '../../kernels/copies.ts';
import { definePolicy, NO_NEEDS, type Pick, type PolicyContext } from '../../policy.ts';
import { meanDistances } from './mean-distances.ts';
import { pickTypical } from './pick-typical.ts';

const options = z.strictObject({
  k: z.int().min(1).default(20).describe('nearest prompts whose mean distance tells how typical a prompt is'),
  maxClusters: z
    .int()
    .min(1)
    .default(500)
    .describe('clusters at most; below that as many as items are acquired and picked'),
  minCluster: z.int().min(1).default(5).describe('prompts of a cluster that is not put after the others'),
  iterations: z.int().min(1).default(10).describe('rounds of k-means at most'),
  learntOn: z.int().min(1).default(4096).describe('prompts drawn at random that the clusters are learnt on'),
});
type TypiClust = z.output<typeof options>;

/** TypiClust: the most typical prompts of the clusters with the fewest labels; for small budgets. */
export const typiclust = definePolicy({
  name: 'typiclust',
  summary: 'TypiClust: the most typical prompts of the clusters with the fewest labels',
  noInclusion: 'greedy in clusters that are learnt from random seeds: no probability in closed form',
  options,
  create: (chosen) => ({
    needs: { ...NO_NEEDS, neighbours: Math.max(48, chosen.k + 1), features: 'prompt' },
    select: (context) => select(context, chosen),
  }),
});

async function select(context: PolicyContext, chosen: TypiClust): Promise<readonly Pick[]> {
  if (context.pool.length === 0) return [];
  const { graph } = neighboursOf(context);
  return pickTypical({
    pool: context.pool,
    picks: Math.min(context.batch, context.pool.length),
    promptOf: context.promptOf,
    labels: countCopies(context.promptOf, graph.size, context).acquired,
    clusterOf: await clusterPrompts(context, graph.size, chosen),
    meanDistance: meanDistances(graph, chosen.k),
    minCluster: chosen.minCluster,
  });
}

/** The cluster of every prompt 0..size−1; −1 for one no item has. */
async function clusterPrompts(context: PolicyContext, size: number, chosen: TypiClust): Promise<Int32Array> {
  const { acquired, pool, batch, stream } = context;
  const itemOf = anItemOfEach(context, size);
  const prompts = Int32Array.from(itemOf.keys()).filter((prompt) => itemOf[prompt] !== -1);
  const wanted = Math.min(chosen.maxClusters, acquired.length + Math.min(batch, pool.length), prompts.length);
  const draws = Float64Array.from({ length: wanted }, () => stream.uniform());
  const learntOn = drawPositions(context, prompts.length, Math.max(chosen.learntOn, wanted));
  const items = prompts.map((prompt) => itemOf[prompt]!);
  const request = { items, learntOn, clusters: wanted, draws, iterations: chosen.iterations };
  const clusters = await featuresOf(context).clusters(request);
  const clusterOf = new Int32Array(size).fill(-1);
  for (let position = 0; position < prompts.length; position++) clusterOf[prompts[position]!] = clusters[position]!;
  return clusterOf;
}

/** One item of every prompt (size), −1 where there is none; which one does not matter, they share their features. */
function anItemOfEach({ pool, acquired, promptOf }: PolicyContext, size: number): Int32Array {
  const itemOf = new Int32Array(size).fill(-1);
  for (const items of [acquired, pool]) {
    for (let index = 0; index < items.length; index++) itemOf[promptOf[items[index]!]!] = items[index]!;
  }
  return itemOf;
}
