import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeMeasures } from '../../src/measures/compute-measures.ts';
import { MEASURES, type SampleMeasureName } from '../../src/measures/index.ts';

const names = Object.keys(MEASURES) as SampleMeasureName[];
const logit = fc.float({ min: -120, max: 120, noNaN: true });
const logitTable = fc.integer({ min: 1, max: 6 }).chain((samples) =>
  fc
    .integer({ min: 1, max: 8 })
    .chain((size) => fc.array(logit, { minLength: samples * size, maxLength: samples * size }))
    .map((values) => ({ samples, logits: Float32Array.from(values) })),
);

describe('computeMeasures()', () => {
  it('computes what is asked and nothing else', () => {
    expect(Object.keys(computeMeasures(new Float32Array(6), 2, ['variance', 'epistemic']))).toEqual([
      'variance',
      'epistemic',
    ]);
  });

  it('reads logits row by row, one row a sample', () => {
    const together = computeMeasures(Float32Array.of(1, 2, -1, 5), 2, names);
    const first = computeMeasures(Float32Array.of(1, -1), 2, names);
    const second = computeMeasures(Float32Array.of(2, 5), 2, names);
    for (const name of names) expect([...together[name]]).toEqual([first[name][0], second[name][0]]);
  });

  it('rounds to float32 when asked', () => {
    const logits = Float32Array.of(1, -1);
    const exact = computeMeasures(logits, 2, ['epistemic']).epistemic[0]!;
    const rounded = computeMeasures(logits, 2, ['epistemic'], 'float32').epistemic[0]!;
    expect(rounded).not.toBe(exact);
    expect(rounded).toBe(Math.fround(exact));
  });

  it('gives nothing for no pairs', () => {
    expect(computeMeasures(new Float32Array(0), 5, ['epistemic']).epistemic).toEqual(new Float64Array(0));
  });

  it('refuses logits that do not divide into samples', () => {
    expect(() => computeMeasures(new Float32Array(7), 2, ['epistemic'])).toThrow(
      'Cannot compute measures: 7 logits from 2 samples were given, a whole number of logits a sample is needed',
    );
  });

  it('keeps every measure within its bounds', () => {
    fc.assert(
      fc.property(logitTable, ({ samples, logits }) => {
        const measures = computeMeasures(logits, samples, names);
        const most = { epistemic: Math.LN2, predictive: Math.LN2, aleatoric: Math.LN2, variance: 0.25 };
        for (const name of names) {
          for (const value of measures[name]) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(most[name] + 1e-15);
          }
        }
      }),
    );
  });

  it('is the same to the last bit when sides a and b are swapped', () => {
    fc.assert(
      fc.property(logitTable, ({ samples, logits }) => {
        const swapped = logits.map((value) => -value);
        expect(computeMeasures(swapped, samples, names)).toEqual(computeMeasures(logits, samples, names));
      }),
    );
  });

  it('makes predictive the sum of epistemic and aleatoric', () => {
    fc.assert(
      fc.property(logitTable, ({ samples, logits }) => {
        const { epistemic, predictive, aleatoric } = computeMeasures(logits, samples, names);
        predictive.forEach((value, item) => expect(epistemic[item]! + aleatoric[item]!).toBeCloseTo(value, 14));
      }),
    );
  });
});
