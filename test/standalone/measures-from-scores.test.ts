import { describe, expect, it } from 'vitest';
import { measuresFromScores } from '../../src/standalone/measures-from-scores.ts';

const about = { policy: 'top-k', pool: Int32Array.of(3, 1), size: 4 };

describe('measuresFromScores()', () => {
  it('aligns the scores with the pool, in float64, whatever the measure is called', () => {
    const scores = Float64Array.of(0, 0.1, 0, 0.3);
    expect(measuresFromScores(scores, ['epistemic'], about)).toEqual({ epistemic: Float64Array.of(0.3, 0.1) });
    expect(measuresFromScores(Float32Array.from(scores), ['external:price'], about)).toEqual({
      'external:price': Float64Array.of(Math.fround(0.3), Math.fround(0.1)),
    });
  });

  it('gives nothing to a policy that asks for nothing', () => {
    expect(measuresFromScores(undefined, [], about)).toEqual({});
  });

  it('does not look at scores of items outside the pool', () => {
    const scores = Float64Array.of(NaN, 1, Infinity, 2);
    expect(measuresFromScores(scores, ['epistemic'], about).epistemic).toEqual(Float64Array.of(2, 1));
  });

  it('refuses a score in the pool that is not finite, naming the item', () => {
    expect(() => measuresFromScores(Float64Array.of(0, NaN, 0, 1), ['epistemic'], about)).toThrow(
      'Cannot use the scores: item 1 has NaN, a finite number is needed',
    );
  });

  it.each([
    [undefined, "Cannot use policy 'top-k': it ranks by epistemic, scores of every item are needed"],
    [new Float64Array(2), 'there are 2, one for each of 4 items, also the acquired, is needed'],
  ])('refuses %s', (scores, reason) => {
    expect(() => measuresFromScores(scores, ['epistemic'], about)).toThrow(reason);
  });

  it('refuses one score in the place of two measures', () => {
    expect(() => measuresFromScores(new Float64Array(4), ['epistemic', 'variance'], about)).toThrow(
      'it asks for epistemic and variance, one measure is needed',
    );
  });
});
