import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { expectFrequencies } from '../oracles/batch-frequencies.ts';
import { drawSlowly } from '../oracles/draw-slowly.ts';
import { plackettLuce } from '../oracles/plackett-luce.ts';
import { policyContext } from '../oracles/policy-context.ts';
import { INSTANCES, randomInstance } from '../oracles/random-instance.ts';

describe('softmax', () => {
  it('equals slow draws from the same noise in 240 random instances, measures below 0 included', async () => {
    for (const number of INSTANCES) {
      const beta = [10_000, 1, 0.01, 200][number % 4]!;
      const sign = number % 5 === 0 ? -1 : 1;
      const instance = (): ReturnType<typeof randomInstance> => {
        const context = randomInstance(number, 'lru');
        return { ...context, measures: { lru: context.measures.lru!.map((value) => sign * value) } };
      };
      const picks = await createPolicy('softmax', { beta, measure: 'lru' }).select(instance());
      const context = instance();
      const items = drawSlowly(context, Array.from(context.measures.lru!), beta);
      expect(
        picks.map((pick) => pick.item),
        `instance ${number}`,
      ).toEqual(items);
    }
  });

  it('draws ordered batches as often as weights exp(beta · s) say', async () => {
    const predictive = [0.1, 0.15, -0.05, 0.2, 0];
    const weights = (beta: number): number[] => predictive.map((value) => Math.exp(beta * value));
    const context = policyContext({
      pool: Int32Array.of(4, 3, 2, 1, 0),
      promptOf: new Int32Array(5),
      batch: 2,
      measures: { predictive: Float64Array.from(predictive) },
    });
    await expectFrequencies(createPolicy('softmax', { beta: 8, measure: 'predictive' }), context, {
      exact: plackettLuce(weights(8), 2),
      different: plackettLuce(weights(7), 2),
    });
  });

  it('explains a score by the measure and the noise', async () => {
    for (const { score, terms } of await createPolicy('softmax').select(randomInstance(0))) {
      expect(terms.base).toBe(terms.epistemic);
      expect(score).toBe(terms.base! + terms.noise!);
    }
  });

  it('has the constant of the paper, and refuses a beta of 0', () => {
    expect(createPolicy('softmax').needs.measures).toEqual(['epistemic']);
    expect(() => createPolicy('softmax', { beta: 0 })).toThrow("option 'beta' is refused");
  });
});
