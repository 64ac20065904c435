import { expect, it } from 'vitest';
import { leaningOf } from '../../../src/acquisition/kernels/leaning-of.ts';

it('leaningOf() gives the first logit of a pair that is not 0', () => {
  // Three samples of three pairs.
  const logits = Float32Array.of(0, 2, 0, -1, 5, 0, 4, 0, 0);
  expect([0, 1, 2].map((pair) => leaningOf(logits, pair, 3))).toEqual([-1, 2, 0]);
});
