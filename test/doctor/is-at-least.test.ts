import { expect, test } from 'vitest';
import { isAtLeast } from '../../src/doctor/is-at-least.ts';

test.each([
  ['20.19.0', '20.19', true],
  ['20.9.5', '20.19', false],
  ['22.0.0', '20.19', true],
  ['3.11.0rc1', '3.11', true],
  ['3.9.18', '3.11', false],
  ['3', '3.11', false],
  ['4', '3.11', true],
])('isAtLeast() of %s and %s is %s', (version, least, expected) => {
  expect(isAtLeast(version, least)).toBe(expected);
});
