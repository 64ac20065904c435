import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSwapped, sidesRevealLabel } from '../../../src/data/import/side-order.ts';

describe('isSwapped()', () => {
  test('puts the same answer first whichever way the pair is given', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.string(),
        fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 2 }),
        (seed, id, [a = '', b = '']) => {
          expect(isSwapped(seed, id, a, b)).toBe(!isSwapped(seed, id, b, a));
        },
      ),
    );
  });

  test('leaves equal answers where they are', () => {
    expect(isSwapped(1, 'x', 'same', 'same')).toBe(false);
  });

  test('is a fair coin over ids', () => {
    const heads = Array.from({ length: 2000 }, (_, index) => isSwapped(0, `x${index}`, 'chosen', 'rejected')).filter(
      Boolean,
    ).length;
    expect(Math.abs(heads - 1000)).toBeLessThan(4 * Math.sqrt(500));
  });
});

describe('sidesRevealLabel()', () => {
  test.each([
    [0, 0, false],
    [16, 16, false],
    [17, 17, true],
    [0, 17, true],
    [540, 1000, false],
    [570, 1000, true],
    [430, 1000, true],
  ])('of %i labels for a among %i is %s', (preferredA, labelled, expected) => {
    expect(sidesRevealLabel(preferredA, labelled)).toBe(expected);
  });
});
