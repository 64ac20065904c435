import { expect, test } from 'vitest';
import { mixtureInterval } from '../../../src/evaluation/control/mixture-interval.ts';
import { openStream } from '../../../src/random/stream.ts';

test('mixtureInterval() ends where a normal mixture of likelihood ratios has grown to 1/alpha', () => {
  const values = Array.from({ length: 25 }, (_, index) => Math.sin(index));
  const { low, high } = mixtureInterval(values, 0.05);
  const mean = values.reduce((sum, value) => sum + value, 0) / 25;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 24);
  expect((low! + high!) / 2).toBeCloseTo(mean, 12);
  const deviation = (25 * (high! - low!)) / 2 / spread;
  const variance = (-2 * Math.log(0.05) + Math.log(-2 * Math.log(0.05)) + 1) / 40;
  const grown = Math.exp((variance * deviation ** 2) / (2 * (1 + 25 * variance))) / Math.sqrt(1 + 25 * variance);
  expect(grown).toBeCloseTo(20, 6);
});

test('mixtureInterval() holds the mean of normal values at every look in about 95 of 100 sequences', () => {
  const stream = openStream(['mixture-interval']);
  let held = 0;
  for (let sequence = 0; sequence < 400; sequence++) {
    const values: number[] = [];
    let isHeld = true;
    for (let look = 0; look < 40; look++) {
      for (let value = 0; value < 4; value++) values.push(stream.normal());
      const { low, high } = mixtureInterval(values, 0.05);
      isHeld &&= low === null || high === null || (low <= 0 && high >= 0);
    }
    held += Number(isHeld);
  }
  expect(held / 400).toBeGreaterThan(0.93);
});

test('mixtureInterval() has no bounds below ten values', () => {
  expect(mixtureInterval(Array.from({ length: 9 }, Number), 0.05)).toEqual({ low: null, high: null });
  expect(mixtureInterval([], 0.05)).toEqual({ low: null, high: null });
});
