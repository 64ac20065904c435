import { expect, test } from 'vitest';
import { clipProbability } from '../../../src/loop/control/clip-probability.ts';

test('clipProbability() keeps 0.05 from 0 and 1, so that a log-likelihood is at least −2.996 nats', () => {
  expect([0, 0.01, 0.05, 0.3, 0.95, 0.999, 1].map(clipProbability)).toEqual([0.05, 0.05, 0.05, 0.3, 0.95, 0.95, 0.95]);
  for (const p of [0, 1]) {
    const clipped = clipProbability(p);
    expect(Math.min(Math.log(clipped), Math.log(1 - clipped))).toBeCloseTo(-2.9957, 4);
  }
});
