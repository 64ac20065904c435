import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import type { PolicyContext } from '../../../src/acquisition/policy.ts';
import { expectFrequencies } from '../oracles/batch-frequencies.ts';
import { drawSlowly } from '../oracles/draw-slowly.ts';
import { plackettLuce } from '../oracles/plackett-luce.ts';
import { policyContext } from '../oracles/policy-context.ts';
import { INSTANCES, randomInstance } from '../oracles/random-instance.ts';

const pool = Int32Array.of(7, 2, 5, 0, 3);

const contextWith = (epistemic: readonly number[], batch: number): PolicyContext =>
  policyContext({
    pool,
    promptOf: new Int32Array(8),
    batch,
    measures: { epistemic: Float64Array.from(epistemic) },
  });

describe('sample', () => {
  it('equals slow draws from the same noise in 240 random instances', async () => {
    for (const number of INSTANCES) {
      const picks = await createPolicy('sample').select(randomInstance(number));
      const context = randomInstance(number);
      const logarithms = Array.from(context.measures.epistemic!, (weight) => Math.log(weight));
      expect(
        picks.map((pick) => pick.item),
        `instance ${number}`,
      ).toEqual(drawSlowly(context, logarithms, 1));
    }
  });

  it('draws ordered batches as often as weights s/Σs without replacement say', async () => {
    const weights = [0.1, 0.4, 0.2, 0.25, 0.05];
    await expectFrequencies(createPolicy('sample'), contextWith(weights, 2), {
      exact: plackettLuce(weights, 2),
      different: plackettLuce([0.12, 0.4, 0.2, 0.25, 0.05], 2),
    });
  });

  it('draws items of weight 0 after all others, uniformly', async () => {
    const weights = [0, 0.3, 0, 0.1, 0];
    await expectFrequencies(createPolicy('sample'), contextWith(weights, 4), {
      exact: plackettLuce(weights, 4),
      different: plackettLuce([0.01, 0.3, 0.01, 0.1, 0.01], 4),
    });
  });

  it('draws uniformly when all weights are 0', async () => {
    await expectFrequencies(createPolicy('sample'), contextWith([0, 0, 0, 0, 0], 2), {
      exact: plackettLuce([1, 1, 1, 1, 1], 2),
      different: plackettLuce([1.2, 1, 1, 1, 1], 2),
    });
  });

  it('refuses a negative weight, naming the item', async () => {
    const context = contextWith([0.1, 0, -0.25, 0.1, 0.1], 1);
    await expect(createPolicy('sample').select(context)).rejects.toThrow(
      "Cannot draw by 'epistemic': item 5 has -0.25, a number of at least 0 is needed",
    );
  });

  it('explains a score by the logarithm of the weight and the noise, and has none for a weight of 0', async () => {
    const picks = await createPolicy('sample').select(contextWith([0.1, 0, 0.2, 0.3, 0.4], 5));
    for (const { score, terms } of picks.slice(0, 4)) {
      expect(terms.base).toBe(Math.log(terms.epistemic!));
      expect(score).toBe(terms.base! + terms.noise!);
    }
    expect(picks[4]).toEqual({
      item: 2,
      score: null,
      terms: { epistemic: 0, noise: picks[4]!.terms.noise },
      inclusion: 1,
    });
  });
});
