import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { openStream } from '../../../src/random/stream.ts';
import { pickByBruteForce } from '../oracles/greedy-oracle.ts';
import { policyContext } from '../oracles/policy-context.ts';
import { contextOf, SAMPLES, sampledWorld, sampleSource } from '../oracles/sampled-world.ts';

const policy = createPolicy('near-tie');
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('near-tie', () => {
  it('picks as the formula says on 200 random pools', async () => {
    for (let number = 0; number < 200; number++) {
      const context = contextOf(number);
      const { logits } = sampledWorld(number);
      const margin = (item: number): number => Math.abs(mean(logits[item]!.map((z) => 1 / (1 + Math.exp(-z)))) - 0.5);
      const expected = pickByBruteForce({
        items: Array.from(context.pool),
        picks: context.batch,
        scoreOf: (item) => -margin(item),
      });
      const picks = await policy.select(context);
      expect(picks.map(({ item }) => item)).toEqual(expected);
      for (const { item, score, terms } of picks) {
        expect(terms.margin).toBeCloseTo(margin(item), 11);
        expect(score).toBe(-terms.margin!);
      }
    }
  });

  it('tells margins apart that are all ln 2 to the entropy of the prediction', async () => {
    const stream = openStream(['test', 'fine']);
    const margins = Array.from({ length: 20 }, () => 4e-10 * stream.uniform());
    const logits = Float32Array.from({ length: SAMPLES * 20 }, (_, index) => margins[index % 20]!);
    const items = Int32Array.from(margins.keys());
    const context = policyContext({
      pool: items,
      promptOf: items,
      batch: 20,
      samples: sampleSource(() => logits, new Float32Array(0)),
    });
    const ascending = Array.from(items).sort((a, b) => margins[a]! - margins[b]!);
    const picked = (await policy.select(context)).map(({ item }) => item);
    expect(picked.slice(-3)).toEqual(ascending.slice(-3));
    expect(picked).not.toEqual(Array.from(items));
  });
});
