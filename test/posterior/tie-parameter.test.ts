import { describe, expect, test } from 'vitest';
import { tieParameter } from '../../src/posterior/tie-parameter.ts';

describe('tieParameter()', () => {
  test('makes the share of ties the probability of one at equal rewards', () => {
    const nu = tieParameter([0.5, 1, 0, 0.5, 1, 0, 1, 1, 0.3, 0.49], 'davidson');
    expect(nu).toBe(0.5);
    expect(nu / (2 + nu)).toBeCloseTo(0.2, 15);
  });

  test.each(['drop', 'half'] as const)('is 0 where ties are not modelled: %s', (ties) => {
    expect(tieParameter([0.5, 1, 0.5], ties)).toBe(0);
  });

  test.each([
    ['no labels', [], 0],
    ['no ties', [1, 0, 0.7], 0],
    ['ties alone', [0.5, 0.5, 0.5], 6],
    ['one tie', [0.5], 2],
  ])('is finite with %s', (_what, targets, nu) => {
    expect(tieParameter(Float64Array.from(targets), 'davidson')).toBe(nu);
  });
});
