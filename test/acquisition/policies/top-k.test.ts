import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { policyContext } from '../oracles/policy-context.ts';

const context = policyContext({
  pool: Int32Array.of(6, 2, 4, 0),
  promptOf: new Int32Array(7),
  batch: 2,
  measures: { epistemic: Float64Array.of(0.1, 0.3, 0.2, 0.3), variance: Float64Array.of(0.2, 0.01, 0.1, 0) },
});

describe('top-k', () => {
  it('picks the most epistemically uncertain items, best first, the earlier in the pool on ties', async () => {
    expect(await createPolicy('top-k').select(context)).toEqual([
      { item: 2, score: 0.3, terms: { epistemic: 0.3 } },
      { item: 0, score: 0.3, terms: { epistemic: 0.3 } },
    ]);
  });

  it('ranks by the measure it is told to', async () => {
    const policy = createPolicy('top-k', { measure: 'variance' });
    expect(policy.needs.measures).toEqual(['variance']);
    expect((await policy.select(context)).map((pick) => pick.item)).toEqual([6, 4]);
  });
});
