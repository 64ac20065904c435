import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { spreadLabels } from '../../src/figures/spread-labels.ts';

test('spreadLabels() leaves labels alone that are far enough apart', () => {
  expect(spreadLabels([0, 5, 2], 1)).toEqual([0, 5, 2]);
});

test('spreadLabels() moves close labels apart about their centre', () => {
  expect(spreadLabels([1, 1, 1], 2)).toEqual([-1, 1, 3]);
});

test('spreadLabels() keeps the order and the gap, whatever the positions', () => {
  const positions = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(positions, (given) => {
      const placed = spreadLabels(given, 3);
      const order = given
        .map((_, index) => index)
        .toSorted((left, right) => (given[left] as number) - (given[right] as number));
      const sorted = order.map((index) => placed[index] as number);
      for (let index = 1; index < sorted.length; index++) {
        expect((sorted[index] as number) - (sorted[index - 1] as number)).toBeGreaterThan(3 - 1e-9);
      }
    }),
    { seed: 1 },
  );
});
