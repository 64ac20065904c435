import { describe, expect, test } from 'vitest';
import { excerpt } from '../../../src/data/description/excerpt.ts';

describe('excerpt()', () => {
  test('puts a text on one line', () => {
    expect(excerpt('  two\n\n lines\tand more ')).toBe('two lines and more');
  });

  test('cuts between characters and says how long the text was', () => {
    expect(excerpt('👩‍🔬abc', 3)).toBe('👩‍🔬… (8 characters)');
    expect(excerpt('abc', 3)).toBe('abc');
  });
});
