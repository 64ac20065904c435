import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { pickByBruteForce } from '../oracles/greedy-oracle.ts';
import { contextOf, sampledWorld } from '../oracles/sampled-world.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const chances = (logits: readonly number[], side: number): number[] =>
  logits.map((logit) => 1 / (1 + Math.exp(side === 1 ? -logit : logit)));

/** Mutual information of two labels from their joint table, Σ p·ln(p/(p_i·p_t)). */
function informationBetween(ours: readonly number[], theirs: readonly number[]): number {
  const cells = [0, 1].flatMap((a) => [0, 1].map((b) => [chances(ours, a), chances(theirs, b)] as const));
  return cells.reduce((sum, [one, other]) => {
    const joint = mean(one.map((chance, sample) => chance * other[sample]!));
    return sum + joint * Math.log(joint / (mean(one) * mean(other)));
  }, 0);
}

describe('epig', () => {
  it('picks as the formula says on 200 random pools', async () => {
    for (let number = 0; number < 200; number++) {
      const context = contextOf(number);
      const { logits, targets } = sampledWorld(number);
      const scoreOf = (item: number): number =>
        mean(targets.map((target) => informationBetween(logits[item]!, target)));
      const expected = pickByBruteForce({
        items: Array.from(context.pool),
        picks: context.batch,
        scoreOf,
        tolerance: 1e-11,
      });
      const picks = await createPolicy('epig').select(context);
      expect(picks.map(({ item }) => item)).toEqual(expected);
      for (const { item, score } of picks) expect(score).toBeCloseTo(scoreOf(item), 10);
    }
  });

  it('gives no item more than its epistemic uncertainty', async () => {
    for (let number = 0; number < 50; number++) {
      const picks = await createPolicy('epig').select(contextOf(number, { batch: 100 }));
      for (const { score, terms } of picks) expect(score).toBeLessThanOrEqual(terms.epistemic! + 1e-11);
    }
  });

  it('scores only the most uncertain candidates', async () => {
    const context = contextOf(101, { batch: 3 });
    const picks = await createPolicy('epig', { candidates: 3 }).select(context);
    const best = Array.from(context.measures.epistemic!).sort((a, b) => b - a);
    expect(picks.map(({ terms }) => terms.epistemic!).sort((a, b) => b - a)).toEqual(best.slice(0, 3));
  });

  it('asks for pairs to be judged by', () => {
    expect(createPolicy('epig').needs).toMatchObject({ measures: ['epistemic'], samples: true, targets: true });
  });
});
