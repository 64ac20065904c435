import { describe, expect, it } from 'vitest';
import { uncertaintyOf } from '../../../../src/acquisition/policies/batch-entropy/uncertainty-of.ts';
import { policyContext } from '../../oracles/policy-context.ts';

const context = policyContext({
  pool: Int32Array.of(4, 7),
  promptOf: new Int32Array(8),
  measures: { epistemic: Float64Array.of(0.1, 1e300) },
});

describe('uncertaintyOf()', () => {
  it('gives float64 as it is', () => {
    expect(uncertaintyOf(context, 'epistemic', { precision: 'float64' })).toEqual(Float64Array.of(0.1, 1e300));
  });

  it('rounds to float32 when asked', () => {
    const small = { ...context, measures: { epistemic: Float64Array.of(0.1, 0.25) } };
    expect([...uncertaintyOf(small, 'epistemic', { precision: 'float32' })]).toEqual([Math.fround(0.1), 0.25]);
  });

  it('refuses a value that float32 cannot hold, naming the item', () => {
    expect(() => uncertaintyOf(context, 'epistemic', { precision: 'float32' })).toThrow(
      "Cannot rank the pool by 'epistemic': item 7 has 1e+300, a number that float32 can hold (precision=float32) is needed",
    );
  });
});
