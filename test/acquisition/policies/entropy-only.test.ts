import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { resolveSwitches } from '../../../src/acquisition/policies/batch-entropy/switches.ts';
import { entropyOnly } from '../../../src/acquisition/policies/entropy-only.ts';
import { selectByBruteForce } from '../oracles/brute-force.ts';
import { drawKsgOptions } from '../oracles/draw-ksg-options.ts';
import { INSTANCES, randomInstance, smallBatch, worldOf } from '../oracles/random-instance.ts';

/** The options drawn for an instance that this policy has. */
const optionsOf = (number: number): Record<string, unknown> =>
  Object.fromEntries(Object.entries(drawKsgOptions(number)).filter(([name]) => name in entropyOnly.options.shape));

describe('entropy-only', () => {
  it('equals brute force from h alone in 240 random instances, whatever U is', async () => {
    for (const number of INSTANCES) {
      const options = optionsOf(number);
      const context = smallBatch(randomInstance(number));
      const chosen = entropyOnly.options.parse(options);
      const switches = resolveSwitches(chosen.preset, { ...chosen, precision: null });
      const settings = { ...chosen, beta: 1, betaScale: 'absolute', standardise: false, switches } as const;
      const nothing = { epistemic: new Float64Array(context.pool.length) };
      const slow = selectByBruteForce({
        context: { ...context, measures: nothing },
        features: worldOf(number).features,
        settings,
      });
      const picks = await createPolicy('entropy-only', options).select(context);
      expect(
        picks.map((pick) => pick.item),
        `instance ${number}, ${JSON.stringify(options)}`,
      ).toEqual(slow);
    }
  });

  it('needs neighbours and no measure', () => {
    expect(createPolicy('entropy-only').needs).toMatchObject({ measures: [], neighbours: 48 });
  });

  it('has h for its score', async () => {
    const [pick] = await createPolicy('entropy-only').select({ ...randomInstance(0), measures: {} });
    const { entropy, distance, digamma } = pick!.terms as Record<string, number>;
    expect(pick!.score).toBe(entropy);
    expect(entropy).toBe(distance! - digamma!);
    expect(pick!.terms).toMatchObject({ epistemic: 0, weighted: entropy });
  });

  it('has no option that could not change a pick', () => {
    expect(Object.keys(entropyOnly.options.shape)).not.toContain('beta');
    expect(() => createPolicy('entropy-only', { beta: 1 })).toThrow("it has no option 'beta'");
  });
});
