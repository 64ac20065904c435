import { describe, expect, test } from 'vitest';
import { holm, pairedTTest } from '../../../src/evaluation/judge-differences.ts';
import { areaUnderCurve } from '../../../src/evaluation/metrics/area-under-curve.ts';
import { isotonicFit, labelsToReach } from '../../../src/evaluation/savings.ts';
import { bootstrapInterval } from '../../../src/evaluation/statistics/bootstrap-interval.ts';
import { bootstrapResamples } from '../../../src/evaluation/statistics/bootstrap-resamples.ts';
import { studentInterval } from '../../../src/evaluation/statistics/student-interval.ts';
import { openStream } from '../../../src/random/stream.ts';

const weightedMeanOf =
  (values: readonly number[]) =>
  (weights: Float64Array): number =>
    values.reduce((sum, value, index) => sum + value * (weights[index] as number), 0);

describe('areaUnderCurve()', () => {
  test('is the average height of a piecewise linear curve', () => {
    expect(areaUnderCurve([10, 20, 40], [0, 1, 3])).toBeCloseTo((10 * 0.5 + 20 * 2) / 30, 15);
    expect(areaUnderCurve([10], [7])).toBe(7);
  });
});

describe('pairedTTest()', () => {
  // scipy.stats.ttest_rel([1.1, 2.3, 1.9, 3.2, 2.8], [0.9, 2.0, 2.1, 2.7, 2.2]).pvalue = 0.11476192246455916
  test('equals scipy', () => {
    expect(pairedTTest([1.1 - 0.9, 2.3 - 2.0, 1.9 - 2.1, 3.2 - 2.7, 2.8 - 2.2])).toBeCloseTo(0.11476192246455916, 10);
  });

  test('is 1 where nothing differs or nothing can be tested, and 0 where every seed differs by the same', () => {
    expect([pairedTTest([0, 0, 0]), pairedTTest([0.3]), pairedTTest([0.5, 0.5, 0.5])]).toEqual([1, 1, 0]);
  });
});

describe('studentInterval()', () => {
  // t(0.975, 4) = 2.7764451051977987; the sample standard deviation of 1..5 is sqrt(2.5)
  test('has seeds − 1 degrees of freedom', () => {
    const { value, low, high } = studentInterval([1, 2, 3, 4, 5]);
    expect([value, (high as number) - value]).toEqual([
      3,
      expect.closeTo((2.7764451051977987 * Math.sqrt(2.5)) / Math.sqrt(5), 9),
    ]);
    expect((low as number) + (high as number)).toBeCloseTo(6, 12);
  });

  test('has no bounds with one seed', () => {
    expect(studentInterval([4])).toEqual({ value: 4, low: null, high: null });
  });
});

describe('holm()', () => {
  // sorted: 4 · 0.005, 3 · 0.01, 2 · 0.03, and 0.04 may not fall below the one before it
  test('multiplies from the smallest p value on and never steps down', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  test('never exceeds 1 and leaves a single test alone', () => {
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([0.2])).toEqual([0.2]);
  });
});

describe('bootstrapResamples()', () => {
  test('enumerates all resamples of a few units with their probabilities', () => {
    const { weights, probabilities } = bootstrapResamples(5);
    expect(weights).toHaveLength(126);
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    const allFirst = weights.findIndex((row) => row[0] === 1);
    expect(probabilities[allFirst]).toBeCloseTo(1 / 5 ** 5, 15);
  });

  test('draws the same resamples of many units every time', () => {
    const { weights } = bootstrapResamples(12);
    expect(weights).toHaveLength(2000);
    for (const row of weights.slice(0, 20)) expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
  });
});

describe('bootstrapInterval()', () => {
  test('is nearly the Student interval of a mean of evenly spread values', () => {
    const values = Array.from({ length: 40 }, (_, index) => Math.sin(index * 2.4));
    const [bootstrap, student] = [bootstrapInterval(40, weightedMeanOf(values)), studentInterval(values)];
    expect(bootstrap.value).toBeCloseTo(student.value, 12);
    expect(Math.abs((bootstrap.low as number) - (student.low as number))).toBeLessThan(0.02);
    expect(Math.abs((bootstrap.high as number) - (student.high as number))).toBeLessThan(0.02);
  });

  test('has no bound on the side where resamples have no value', () => {
    const estimate = bootstrapInterval(5, (weights) => ((weights[0] as number) > 0 ? 0.3 : Number.NEGATIVE_INFINITY));
    expect(estimate).toEqual({ value: 0.3, low: null, high: 0.3 });
  });
});

describe('isotonicFit()', () => {
  test('is the nearest non-decreasing sequence', () => {
    expect([...isotonicFit([1, 3, 2, 4, 3.5, 3])]).toEqual([1, 2.5, 2.5, 3.5, 3.5, 3.5]);
  });

  test('equals the max-min formula on random sequences', () => {
    const stream = openStream(['isotonic']);
    const values = Array.from({ length: 40 }, (_, index) => index / 20 + stream.normal());
    const average = (from: number, to: number): number =>
      values.slice(from, to + 1).reduce((sum, value) => sum + value, 0) / (to - from + 1);
    const fit = isotonicFit(values);
    values.forEach((_, index) => {
      const starts = Array.from({ length: index + 1 }, (_start, from) =>
        Math.min(...Array.from({ length: values.length - index }, (_end, more) => average(from, index + more))),
      );
      expect(fit[index]).toBeCloseTo(Math.max(...starts), 12);
    });
  });
});

describe('labelsToReach()', () => {
  test('interpolates in the logarithm of labels', () => {
    expect(labelsToReach([100, 400], [0, 1], 0.5)).toBeCloseTo(200, 10);
  });

  test('is the first point when the level is there from the start, and null when it never is', () => {
    expect(labelsToReach([100, 400], [0.7, 1], 0.5)).toBe(100);
    expect(labelsToReach([100, 400], [0, 0.4], 0.5)).toBeNull();
  });
});
