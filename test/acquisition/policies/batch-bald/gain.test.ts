import { describe, expect, it } from 'vitest';
import { outcomeChances } from '../../../../src/acquisition/kernels/outcome-chances.ts';
import { gainOf } from '../../../../src/acquisition/policies/batch-bald/gain.ts';
import { nothingObserved, observe } from '../../../../src/acquisition/policies/batch-bald/joint-outcomes.ts';
import { computeMeasures } from '../../../../src/measures/compute-measures.ts';

const logits = Float32Array.of(2, -1, 0.5, 2, -2, 3);
const chances = outcomeChances(logits, 2);

describe('gainOf()', () => {
  it('is the epistemic uncertainty before any label', () => {
    const { epistemic } = computeMeasures(logits, 2, ['epistemic']);
    epistemic.forEach((value, pair) => expect(gainOf(chances, pair, nothingObserved(2))).toBeCloseTo(value, 11));
  });

  it('is 0 once the samples are told apart', () => {
    const certain = observe(nothingObserved(2), Float64Array.of(1, 0), Float64Array.of(0, 1));
    expect([0, 1, 2].map((pair) => gainOf(chances, pair, certain))).toEqual([0, 0, 0]);
  });
});
