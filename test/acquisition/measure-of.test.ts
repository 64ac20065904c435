import { describe, expect, it } from 'vitest';
import { measureOf } from '../../src/acquisition/measure-of.ts';
import { policyContext } from './oracles/policy-context.ts';

const context = policyContext({ pool: Int32Array.of(5, 7), promptOf: new Int32Array(8) });

describe('measureOf()', () => {
  it('gives the measure of the pool', () => {
    const variance = Float64Array.of(0.1, 0.2);
    expect(measureOf({ ...context, measures: { variance } }, 'variance')).toBe(variance);
  });

  it('refuses a measure that is absent or of another length', () => {
    expect(() => measureOf(context, 'epistemic')).toThrow(
      "Cannot rank the pool by 'epistemic': 0 values were given, 2 are needed",
    );
  });

  it('refuses a value that is not finite, naming the item', () => {
    const measures = { epistemic: Float64Array.of(0.1, NaN) };
    expect(() => measureOf({ ...context, measures }, 'epistemic')).toThrow(
      "Cannot rank the pool by 'epistemic': item 7 has NaN, a finite number is needed",
    );
  });
});
