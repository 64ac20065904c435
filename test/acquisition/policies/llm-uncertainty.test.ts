import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { policyContext } from '../oracles/policy-context.ts';
import { INSTANCES, randomInstance } from '../oracles/random-instance.ts';

describe('llm-uncertainty', () => {
  it.each([
    ['high', 1],
    ['low', -1],
  ])('equals a slow search for the %s end in 240 random instances', async (direction, sign) => {
    for (const number of INSTANCES) {
      const context = randomInstance(number, 'external:bits');
      const picks = await createPolicy('llm-uncertainty', { column: 'bits', direction }).select(context);
      const left = Array.from(context.pool, (item, position) => ({
        item,
        value: context.measures['external:bits']![position]!,
      }));
      for (const pick of picks) {
        const best = left.reduce((one, other) => (sign * other.value > sign * one.value ? other : one));
        expect(pick.item, `instance ${number}`).toBe(best.item);
        left.splice(left.indexOf(best), 1);
      }
      expect(picks).toHaveLength(Math.min(context.batch, context.pool.length));
    }
  });

  it('asks for its column as a measure and shows its value', async () => {
    const policy = createPolicy('llm-uncertainty', { column: 'max', direction: 'low' });
    expect(policy.needs).toEqual({
      measures: ['external:max'],
      neighbours: 0,
      samples: false,
      targets: false,
      features: null,
    });
    const measures = { 'external:max': Float64Array.of(3, -1) };
    const context = policyContext({ pool: Int32Array.of(4, 2), promptOf: new Int32Array(5), measures });
    expect(await policy.select(context)).toEqual([{ item: 2, score: -1, terms: { 'external:max': -1 } }]);
  });

  it('refuses to go on without its column', async () => {
    const context = policyContext({ pool: Int32Array.of(4, 2), promptOf: new Int32Array(5) });
    await expect(createPolicy('llm-uncertainty', { column: 'max' }).select(context)).rejects.toThrow(
      "Cannot rank the pool by 'external:max': 0 values were given, 2 are needed",
    );
  });
});
