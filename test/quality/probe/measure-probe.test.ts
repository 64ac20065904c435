import { describe, expect, test } from 'vitest';
import { judgeProbe } from '../../../src/quality/probe/judge-probe.ts';
import { measureProbe } from '../../../src/quality/probe/measure-probe.ts';

const pairsOf = (prompts: readonly number[], labels: readonly number[]) => ({
  split: 'validation',
  rows: new Int32Array(2 * labels.length),
  labels: Int8Array.from(labels),
  prompts: Int32Array.from(prompts),
  available: labels.length,
});

const logSigmoid = (logit: number) => -Math.log1p(Math.exp(-logit));

describe('measureProbe()', () => {
  test('is the mean over pairs, a tie counting one half', () => {
    const measured = measureProbe(Float32Array.of(2, -1, 0, 3), pairsOf([0, 0, 1, 2], [1, 0, 1, 0]));
    const expected = (logSigmoid(2) + logSigmoid(1) + logSigmoid(0) + logSigmoid(-3)) / 4;
    expect(measured.logLikelihood.value).toBeCloseTo(expected, 12);
    expect(measured.accuracy.value).toBe(2.5 / 4);
    expect(measured).toMatchObject({ pairs: 4, prompts: 3 });
  });

  test('has wider intervals where the same pairs are of fewer prompts', () => {
    const labels = Array.from({ length: 60 }, (_, pair) => (pair % 12 < 7 ? 1 : 0));
    const logits = new Float32Array(60).fill(1);
    const width = (prompts: readonly number[]): number => {
      const { low, high } = measureProbe(logits, pairsOf(prompts, labels)).accuracy;
      return (high as number) - (low as number);
    };
    const alone = width(labels.map((_, pair) => pair));
    const together = width(labels.map((label, pair) => 2 * (pair % 3) + label));
    expect(together).toBeGreaterThan(alone);
  });
});

const estimate = (low: number, high: number) => ({ value: (low + high) / 2, low, high });

test.each([
  ['yes', estimate(-0.69, -0.6), estimate(0.5, 0.6)],
  ['undecided', estimate(-0.7, -0.6), estimate(0.5, 0.6)],
  ['undecided', estimate(-0.9, -0.7), estimate(0.55, 0.6)],
  ['no', estimate(-0.7, -0.69), estimate(0.48, 0.51)],
  ['undecided', { value: -0.7, low: null, high: null }, { value: 0.5, low: null, high: null }],
])('judgeProbe() says %s', (verdict, logLikelihood, accuracy) => {
  expect(judgeProbe({ logLikelihood, accuracy })).toBe(verdict);
});
