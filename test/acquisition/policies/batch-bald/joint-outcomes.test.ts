import { describe, expect, it } from 'vitest';
import {
  informationIn,
  nothingObserved,
  observe,
  resample,
} from '../../../../src/acquisition/policies/batch-bald/joint-outcomes.ts';

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

describe('observe()', () => {
  it('splits outcomes by the chances and weighs samples by Bayes’ rule', () => {
    const after = observe(nothingObserved(2), Float64Array.of(0.9, 0.3), Float64Array.of(0.1, 0.7));
    expect([...after.probabilities]).toEqual([0.6, expect.closeTo(0.4, 12)]);
    const expected = [0.75, 0.25, 0.125, 0.875];
    after.weights.forEach((weight, index) => expect(weight).toBeCloseTo(expected[index]!, 12));
  });

  it('leaves out what cannot be', () => {
    const after = observe(nothingObserved(2), Float64Array.of(1, 1), Float64Array.of(0, 0));
    expect([...after.probabilities]).toEqual([1]);
  });
});

describe('informationIn()', () => {
  it('is 0 before any label and ln S when labels tell the samples apart', () => {
    expect(informationIn(nothingObserved(3))).toBe(0);
    const certain = observe(nothingObserved(2), Float64Array.of(1, 0), Float64Array.of(0, 1));
    expect(informationIn(certain)).toBe(Math.log(2));
  });
});

describe('resample()', () => {
  const outcomes = {
    samples: 1,
    probabilities: Float64Array.of(0.5, 0.2, 0.3),
    weights: Float64Array.of(10, 20, 30),
  };

  it('keeps an outcome at least as often as strata lie within it', () => {
    for (const draw of [0, 0.5, 0.999]) {
      const { weights, probabilities } = resample(outcomes, 10, () => draw);
      expect([10, 20, 30].map((value) => weights.filter((weight) => weight === value).length)).toEqual([5, 2, 3]);
      expect(sum(probabilities)).toBeCloseTo(1, 12);
    }
  });

  it('draws in every stratum by itself', () => {
    const draws = [0.9, 0.1];
    const next = (): number => draws.shift()!;
    // Marks 0.45 and 0.55.
    expect([...resample(outcomes, 2, next).weights]).toEqual([10, 20]);
  });
});
