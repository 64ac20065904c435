import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { expectFrequencies } from '../oracles/batch-frequencies.ts';
import { drawSlowly } from '../oracles/draw-slowly.ts';
import { plackettLuce } from '../oracles/plackett-luce.ts';
import { policyContext } from '../oracles/policy-context.ts';
import { INSTANCES, randomInstance } from '../oracles/random-instance.ts';

/** Rank of each value, 1 the best, by counting those that come before it. */
const ranksOf = (values: readonly number[]): number[] =>
  values.map(
    (value, at) => 1 + values.filter((other, index) => other > value || (other === value && index < at)).length,
  );

describe('soft-rank', () => {
  it('equals slow draws from the same noise in 240 random instances', async () => {
    for (const number of INSTANCES) {
      const beta = [1, 3, 0.1][number % 3]!;
      const picks = await createPolicy('soft-rank', { beta }).select(randomInstance(number));
      const context = randomInstance(number);
      const logarithms = ranksOf(Array.from(context.measures.epistemic!)).map((rank) => -Math.log(rank));
      expect(
        picks.map((pick) => pick.item),
        `instance ${number}`,
      ).toEqual(drawSlowly(context, logarithms, beta));
    }
  });

  it('draws ordered batches as often as weights rank^−beta say, ties ranked by pool order', async () => {
    const context = policyContext({
      pool: Int32Array.of(4, 3, 2, 1, 0),
      promptOf: new Int32Array(5),
      batch: 2,
      measures: { epistemic: Float64Array.of(0.1, 0.7, 0.1, -3, 0.4) },
    });
    const weights = (beta: number): number[] => [3, 1, 4, 5, 2].map((rank) => rank ** -beta);
    await expectFrequencies(createPolicy('soft-rank', { beta: 1 }), context, {
      exact: plackettLuce(weights(1), 2),
      different: plackettLuce(weights(0.9), 2),
    });
  });

  it('explains a score by rank and noise', async () => {
    for (const { score, terms } of await createPolicy('soft-rank').select(randomInstance(0))) {
      expect(terms.base).toBe(-Math.log(terms.rank!));
      expect(score).toBe(terms.base! + terms.noise!);
    }
  });
});
