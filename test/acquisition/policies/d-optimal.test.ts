import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { pickByBruteForce } from '../oracles/greedy-oracle.ts';
import { information, logDeterminant } from '../oracles/log-determinant.ts';
import { contextOf, rowOf, sampledWorld } from '../oracles/sampled-world.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** ln det of the information in some items, p̄(1 − p̄) or 1 each. */
const logDetOf = (number: number, { ridge, weights }: { ridge: number; weights: string }) => {
  const world = sampledWorld(number);
  return (items: readonly number[]): number => {
    const terms = items.map((item) => {
      const p = mean(world.logits[item]!.map((logit) => 1 / (1 + Math.exp(-logit))));
      return { weight: weights === 'equal' ? 1 : p * (1 - p), row: rowOf(world, item) };
    });
    return logDeterminant(information(world.features.dimension, ridge, terms));
  };
};

describe('d-optimal', () => {
  it('picks by the largest ln det, acquired items included, on 200 random pools', async () => {
    for (let number = 0; number < 200; number++) {
      const options = { ridge: [1, 0.01, 30][number % 3]!, weights: number % 2 ? 'fisher' : 'equal' };
      const context = contextOf(number);
      const logDet = logDetOf(number, options);
      const growth = (item: number, picked: readonly number[]): number => {
        const before = [...context.acquired, ...picked];
        return logDet([...before, item]) - logDet(before);
      };
      const expected = pickByBruteForce({
        items: Array.from(context.pool),
        picks: context.batch,
        scoreOf: growth,
        tolerance: 1e-11,
      });
      const picks = await createPolicy('d-optimal', options).select(context);
      expect(picks.map(({ item }) => item)).toEqual(expected);
      picks.forEach(({ item, score }, index) => expect(score).toBeCloseTo(growth(item, expected.slice(0, index)), 9));
    }
  });

  it('gains less with every pick', async () => {
    for (let number = 0; number < 50; number++) {
      const picks = await createPolicy('d-optimal').select(contextOf(number, { batch: 100 }));
      const scores = picks.map(({ score }) => score!);
      scores.forEach((score, index) => expect(score).toBeLessThanOrEqual((scores[index - 1] ?? Infinity) + 1e-12));
    }
  });

  it('needs no samples when all items weigh alike', () => {
    expect(createPolicy('d-optimal', { weights: 'equal' }).needs).toMatchObject({ samples: false, features: 'latent' });
    expect(createPolicy('d-optimal', { space: 'pair' }).needs).toMatchObject({ samples: true, features: 'pair' });
  });
});
