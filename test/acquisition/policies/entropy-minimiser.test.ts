import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { resolveSwitches } from '../../../src/acquisition/policies/batch-entropy/switches.ts';
import { entropyMinimiser } from '../../../src/acquisition/policies/entropy-minimiser.ts';
import { selectByBruteForce } from '../oracles/brute-force.ts';
import { drawKsgOptions } from '../oracles/draw-ksg-options.ts';
import { INSTANCES, randomInstance, smallBatch, worldOf } from '../oracles/random-instance.ts';

describe('entropy-minimiser', () => {
  it('equals brute force from U − β·h in 240 random instances', async () => {
    for (const number of INSTANCES) {
      const options = drawKsgOptions(number);
      const context = smallBatch(randomInstance(number));
      const chosen = entropyMinimiser.options.parse(options);
      const settings = { ...chosen, beta: -chosen.beta, switches: resolveSwitches(chosen.preset, chosen) };
      const slow = selectByBruteForce({ context, features: worldOf(number).features, settings });
      const picks = await createPolicy('entropy-minimiser', options).select(context);
      expect(
        picks.map((pick) => pick.item),
        `instance ${number}, ${JSON.stringify(options)}`,
      ).toEqual(slow);
    }
  });

  it('crowds a batch into one place where batch-entropy spreads it', async () => {
    const context = { ...randomInstance(0), batch: 6, groups: null };
    const epistemic = new Float64Array(context.pool.length);
    const flat = { ...context, measures: { epistemic } };
    const [least] = await createPolicy('entropy-minimiser', { k: 2 }).select(flat);
    const [most] = await createPolicy('batch-entropy', { k: 2 }).select(flat);
    expect(least!.terms.entropy).toBeLessThan(most!.terms.entropy!);
  });

  it('explains a score by terms that add up to it', async () => {
    const [pick] = await createPolicy('entropy-minimiser', { beta: 0.5 }).select(randomInstance(0));
    expect(pick!.terms.weighted).toBe(-0.5 * pick!.terms.entropy!);
    expect(pick!.score).toBe(pick!.terms.epistemic! + pick!.terms.weighted!);
  });

  it('refuses from the start a k that the pool cannot meet', () => {
    expect(createPolicy('entropy-minimiser', { k: 5 }).objection?.({ items: 9, prompts: 5 })).toBe(
      'k 5: an item of the pool has 4 neighbours, at most that is needed',
    );
    expect(createPolicy('entropy-minimiser', { k: 4 }).objection?.({ items: 9, prompts: 5 })).toBeNull();
  });
});
