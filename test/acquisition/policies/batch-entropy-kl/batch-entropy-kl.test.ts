import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../../src/acquisition/create-policy.ts';
import { batchEntropyKl } from '../../../../src/acquisition/policies/batch-entropy-kl/batch-entropy-kl.ts';
import { pickSlowlyByDistance } from '../../oracles/pick-slowly-by-distance.ts';
import { INSTANCES, randomInstance, smallBatch, worldOf } from '../../oracles/random-instance.ts';

describe('batch-entropy-kl', () => {
  it.each([
    ['paper', { duplicates: 'distinct', precision: 'float64' }],
    ['reference', { duplicates: 'rows', precision: 'float32' }],
  ] as const)('equals the formula under the preset %s in 240 random instances', async (preset, switches) => {
    for (const number of INSTANCES) {
      const options = { k: 1 + (number % 7), beta: [0.01, 1, 0][number % 3]! };
      const context = smallBatch(randomInstance(number));
      const chosen = { ...options, betaScale: 'absolute', ...switches } as const;
      const slow = pickSlowlyByDistance(context, worldOf(number), chosen).map(({ item }) => item);
      const picks = await createPolicy('batch-entropy-kl', { preset, ...options }).select(context);
      expect(
        picks.map((pick) => pick.item),
        `instance ${number}`,
      ).toEqual(slow);
    }
  });

  it('has the defaults of batch-entropy and shares its graph', () => {
    expect(batchEntropyKl.options.parse({})).toMatchObject({ preset: 'paper', k: 13, beta: 0.01, duplicates: null });
    expect(createPolicy('batch-entropy-kl').needs).toEqual(createPolicy('batch-entropy').needs);
  });

  it('explains a score by terms that add up to it', async () => {
    for (const { score, terms } of await createPolicy('batch-entropy-kl', { beta: 0.5, k: 2 }).select(
      randomInstance(0),
    )) {
      expect(terms.weighted).toBe(0.5 * terms.entropy!);
      expect(terms.entropy).toBe(terms.distance);
      expect(score).toBe(terms.epistemic! + terms.weighted!);
    }
  });

  it('refuses from the start a k that the pool can never meet', () => {
    const pool = { items: 9, prompts: 5 };
    expect(createPolicy('batch-entropy-kl', { k: 6 }).objection?.(pool)).toBe(
      'k 6: the pool has 5 prompts to acquire, at most that is needed',
    );
    expect(createPolicy('batch-entropy-kl', { k: 10, duplicates: 'rows' }).objection?.(pool)).toBe(
      'k 10: the pool has 9 items to acquire, at most that is needed',
    );
    expect(createPolicy('batch-entropy-kl', { k: 5 }).objection?.(pool)).toBeNull();
  });
});
