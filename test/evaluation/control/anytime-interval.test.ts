import { expect, test } from 'vitest';
import { anytimeInterval } from '../../../src/evaluation/control/anytime-interval.ts';
import { betCost } from '../../../src/evaluation/control/bet-cost.ts';
import { openStream } from '../../../src/random/stream.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Every ordered choice of `count` of the values. */
const choices = (values: readonly number[], count: number): number[][] =>
  count === 0
    ? [[]]
    : values.flatMap((value, index) =>
        choices([...values.slice(0, index), ...values.slice(index + 1)], count - 1).map((rest) => [value, ...rest]),
      );

test.each([1, 2, 3])(
  'a bet that costs betCost() has mean at most 1 over all draws of %d values, which anytimeInterval() rests on',
  (count) => {
    const stream = openStream(['anytime-proof', count]);
    for (let set = 0; set < 200; set++) {
      const values = Array.from({ length: 5 }, () => 3 * stream.uniform() ** (1 + (set % 4)) - 1);
      const mean = sum(values) / values.length;
      const centre = 2 * stream.uniform() - 1;
      const range = Math.max(...values.map((value) => Math.abs(value - centre)));
      for (const share of [-0.9, -0.3, 0.1, 0.5, 0.9]) {
        const rate = share / range;
        const growths = choices(values, count).map((drawn) => {
          const cost = betCost(Math.abs(rate), [{ values: drawn, centre, range }]);
          return Math.exp(rate * (sum(drawn) - count * mean) - cost);
        });
        expect(sum(growths) / growths.length).toBeLessThanOrEqual(1 + 1e-12);
      }
    }
  },
);

test('anytimeInterval() ends where the mixture of bets has grown to 2/alpha', () => {
  const steps = [
    { values: [0.2, -0.4], centre: 0, range: 1 },
    { values: [0.9, 0.1, 0.3], centre: 0.1, range: 2 },
  ];
  const { low, high } = anytimeInterval(steps, 0.05);
  expect((low! + high!) / 2).toBeCloseTo(1.1 / 5, 12);
  const deviation = (5 * (high! - low!)) / 2;
  const price = (x: number): number => -Math.log(1 - x) - x;
  const rates = [0.075, 0.15, 0.3]; // 0.6 · 2 is beyond 1
  const grown = rates.map((rate) =>
    Math.exp(rate * deviation - price(rate) * 0.2 - (price(2 * rate) / 4) * (0.64 + 0 + 0.04)),
  );
  expect(sum(grown) / 7).toBeCloseTo(2 / 0.05, 6);
});

test('anytimeInterval() says nothing of no values and of a range beyond all rates, and stands a range of 0', () => {
  expect(anytimeInterval([], 0.05)).toEqual({ low: null, high: null });
  expect(anytimeInterval([{ values: [1], centre: 0, range: 99 }], 0.05)).toEqual({ low: null, high: null });
  const { low, high } = anytimeInterval([{ values: [0, 0], centre: 0, range: 0 }], 0.05);
  expect(low).toBeLessThan(0);
  expect(high).toBeGreaterThan(0);
});

test('anytimeInterval() narrows towards the mean as values come in', () => {
  const stream = openStream(['anytime-narrow']);
  const steps = Array.from({ length: 4000 }, () => ({ values: [stream.uniform() - 0.5], centre: 0, range: 0.5 }));
  const widths = [10, 100, 1000, 4000].map((count) => {
    const { low, high } = anytimeInterval(steps.slice(0, count), 0.05);
    return high! - low!;
  });
  expect(widths).toEqual(widths.toSorted((a, b) => b - a));
  expect(widths.at(-1)).toBeLessThan(0.06);
});
