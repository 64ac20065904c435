import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../../src/acquisition/create-policy.ts';
import type { FeatureSource, PolicyContext } from '../../../../src/acquisition/policy.ts';
import { openStream } from '../../../../src/random/stream.ts';
import { buildFeatureSource } from '../../../../src/standalone/in-process/build-feature-source.ts';
import { buildNeighbourSource } from '../../../../src/standalone/in-process/neighbour-graph.ts';
import { contextOf, sampledWorld } from '../../oracles/sampled-world.ts';

/** A context with a whole graph and clusters as given, by prompt. */
function clusteredContext(number: number): { context: PolicyContext; clusterOf: readonly number[] } {
  const world = sampledWorld(number);
  const stream = openStream(['test', 'clusters', number]);
  const prompts = world.features.values.length / world.features.dimension;
  const clusterOf = Array.from({ length: prompts }, () => stream.below(4));
  const features = {
    clusters: async ({ items }: { items: Int32Array }) => items.map((item) => clusterOf[world.promptOf[item]!]!),
  } as Partial<FeatureSource> as FeatureSource;
  const neighbours = buildNeighbourSource(world.features, 48);
  return { context: contextOf(number, { neighbours, features }), clusterOf };
}

/** TypiClust item by item: everything is counted anew at every pick. */
function pickByHand(number: number, k: number, minCluster: number): number[] {
  const { context, clusterOf } = clusteredContext(number);
  const { features, promptOf } = sampledWorld(number);
  const { values, dimension } = features;
  const row = (prompt: number): number[] => Array.from(values.subarray(prompt * dimension, (prompt + 1) * dimension));
  const present = [...new Set([...context.pool, ...context.acquired].map((item) => promptOf[item]!))];
  const meanDistance = (prompt: number): number => {
    const others = [...clusterOf.keys()].filter((other) => other !== prompt);
    const distances = others.map((other) =>
      Math.sqrt(row(prompt).reduce((sum, value, axis) => sum + (value - row(other)[axis]!) ** 2, 0)),
    );
    const nearest = distances.sort((a, b) => a - b).slice(0, k);
    return nearest.length === 0 ? 0 : nearest.reduce((sum, distance) => sum + distance, 0) / nearest.length;
  };
  const typical = new Map(present.map((prompt) => [prompt, meanDistance(prompt)]));
  const [left, labelled, picked] = [[...context.pool], [...context.acquired], [] as number[]];
  while (picked.length < context.batch && left.length > 0) {
    const clusters = [...new Set(left.map((item) => clusterOf[promptOf[item]!]!))].map((cluster) => ({
      cluster,
      size: present.filter((prompt) => clusterOf[prompt] === cluster).length,
      labels: labelled.filter((item) => clusterOf[promptOf[item]!] === cluster).length,
    }));
    const small = (size: number): number => Number(size < minCluster);
    clusters.sort(
      (a, b) => small(a.size) - small(b.size) || a.labels - b.labels || b.size - a.size || a.cluster - b.cluster,
    );
    const ranked = left
      .filter((item) => clusterOf[promptOf[item]!] === clusters[0]!.cluster)
      .map((item) => ({
        item,
        labels: labelled.filter((other) => promptOf[other] === promptOf[item]).length,
        distance: typical.get(promptOf[item]!)!,
      }))
      .sort((a, b) => a.labels - b.labels || a.distance - b.distance);
    const { item } = ranked[0]!;
    left.splice(left.indexOf(item), 1);
    labelled.push(item);
    picked.push(item);
  }
  return picked;
}

describe('typiclust', () => {
  it('picks as counting by hand does on 200 random pools', async () => {
    for (let number = 0; number < 200; number++) {
      const [k, minCluster] = [1 + (number % 7), 1 + (number % 5)];
      const { context } = clusteredContext(number);
      const picks = await createPolicy('typiclust', { k, minCluster }).select(context);
      expect(picks.map(({ item }) => item)).toEqual(pickByHand(number, k, minCluster));
    }
  });

  it('asks for as many clusters as items are acquired and picked, up to the most', async () => {
    const asked: number[] = [];
    const context = contextOf(15, { batch: 4 });
    const features: FeatureSource = {
      ...context.features!,
      clusters: (request) => {
        asked.push(request.clusters);
        return context.features!.clusters(request);
      },
    };
    await createPolicy('typiclust').select({ ...context, features });
    await createPolicy('typiclust', { maxClusters: 2 }).select({ ...context, features });
    expect(asked).toEqual([context.acquired.length + 4, 2]);
  });

  it('takes one item of each of three groups before a second of any', async () => {
    const values = Float32Array.from([0, 0.1, 0.2, 0.3, 0.4, 10, 10.1, 10.2, 10.3, 10.4, 20, 20.1, 20.2, 20.3, 20.4]);
    const prompts = Int32Array.from(values.keys());
    const context = contextOf(1, {
      pool: prompts,
      promptOf: prompts,
      acquired: new Int32Array(0),
      batch: 3,
      neighbours: buildNeighbourSource({ values, dimension: 1 }, 15),
      features: buildFeatureSource({ values, dimension: 1 }),
    });
    const picks = await createPolicy('typiclust', { k: 4 }).select(context);
    // The middle of each group has the smallest mean distance.
    expect(picks.map(({ item }) => item).sort((a, b) => a - b)).toEqual([2, 7, 12]);
  });
});
