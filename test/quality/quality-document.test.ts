import { expect, test } from 'vitest';
import { withRoundedNumbers } from '../../src/quality/quality-document.ts';

test('withRoundedNumbers() rounds fractions and leaves counts and rows as they are', () => {
  const found = { rows: [1_234_567, 0], share: 0.123456789, large: 1234567.89, name: 'a', nothing: null };
  expect(withRoundedNumbers(found)).toEqual({ ...found, share: 0.123457, large: 1_234_570 });
});
