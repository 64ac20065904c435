import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import type { PolicyContext } from '../../../src/acquisition/policy.ts';
import { openStream } from '../../../src/random/stream.ts';
import { buildFeatureSource } from '../../../src/standalone/in-process/build-feature-source.ts';
import { policyContext } from '../oracles/policy-context.ts';
import { contextOf, rowOf, sampledWorld, sampleSource } from '../oracles/sampled-world.ts';

const itemsOf = async (context: PolicyContext): Promise<number[]> =>
  (await createPolicy('badge').select(context)).map(({ item }) => item);

/** Gradients (σ(z) − ŷ)·x of the loss at the guess ŷ of the first sample (the next where it is even). */
function gradients(number: number): number[][] {
  const world = sampledWorld(number);
  return world.logits.map((logits, item) => {
    const guess = logits.find((logit) => logit !== 0)! > 0 ? 1 : 0;
    return rowOf(world, item).map((value) => (1 / (1 + Math.exp(-logits[0]!)) - guess) * value);
  });
}

const square = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, axis) => sum + (value - other[axis]!) ** 2, 0);

/** k-means++ seeding with the draws given: the first of all alike, then by D². */
function seed(points: readonly (readonly number[])[], pool: readonly number[], draws: readonly number[]): number[] {
  const left = [...pool];
  const picked: number[] = [];
  for (const draw of draws) {
    const weights = left.map((item) =>
      picked.length === 0 ? 1 : Math.min(...picked.map((other) => square(points[item]!, points[other]!))),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const shares = total === 0 ? weights.map(() => 1 / weights.length) : weights.map((weight) => weight / total);
    let [at, passed] = [0, shares[0]!];
    while (passed <= draw && at < shares.length - 1) passed += shares[++at]!;
    picked.push(...left.splice(at, 1));
  }
  return picked;
}

describe('badge', () => {
  it('seeds as k-means++ over the gradients does with the same draws on 200 random pools', async () => {
    for (let number = 0; number < 200; number++) {
      const context = contextOf(number);
      const stream = openStream(['test', 'laws', number]);
      const draws = Array.from({ length: Math.min(context.batch, context.pool.length) }, () => stream.uniform());
      expect(await itemsOf(context)).toEqual(seed(gradients(number), Array.from(context.pool), draws));
    }
  });

  it('draws pairs of picks as often as k-means++ says', { timeout: 30_000 }, async () => {
    const pool = Int32Array.of(0, 1, 2, 3);
    const x = [1, 2, 4, 7];
    const z = [0.5, 0, -1, 2];
    const gradient = x.map((value, item) => (1 / (1 + Math.exp(-z[item]!)) - (z[item]! >= 0 ? 1 : 0)) * value);
    const counts = new Map<string, number>();
    const draws = 20_000;
    for (let name = 0; name < draws; name++) {
      const context = policyContext({
        pool,
        promptOf: pool,
        batch: 2,
        samples: { ...sampleSource(() => Float32Array.from(z), new Float32Array(0)), samples: 1 },
        features: buildFeatureSource({ values: Float32Array.from(x), dimension: 1 }),
        stream: openStream(['test', 'badge', name]),
      });
      const key = (await itemsOf(context)).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    let statistic = 0;
    for (const first of pool) {
      const weights = gradient.map((value) => (value - gradient[first]!) ** 2);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (const second of pool) {
        if (second === first) continue;
        const expected = ((draws / 4) * weights[second]!) / total;
        statistic += ((counts.get(`${first},${second}`) ?? 0) - expected) ** 2 / expected;
      }
    }
    // 11 degrees of freedom: above 31.3 once in 1,000.
    expect(statistic).toBeLessThan(31.3);
  });

  it('records how far the guess may be off', async () => {
    const [pick] = await createPolicy('badge').select(contextOf(4, { batch: 1 }));
    const { logits } = sampledWorld(4);
    const p = 1 / (1 + Math.exp(-logits[pick!.item]![0]!));
    expect(pick).toMatchObject({ score: null, terms: { slope: expect.closeTo(Math.min(p, 1 - p), 12) } });
  });
});
