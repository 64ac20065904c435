import { expect, test } from 'vitest';
import { controlSize } from '../../../src/loop/control/control-size.ts';

test.each([
  [0, 320, 0],
  [0.1, 40, 4],
  [0.1, 41, 5],
  [0.07, 100, 7],
  [0.5, 8, 4],
  [0.5, 3, 1],
  [0.01, 2, 1],
  [0.5, 1, 0],
])('controlSize() of a share of %d of %d items is %d', (share, batch, size) => {
  expect(controlSize(share, batch)).toBe(size);
});
