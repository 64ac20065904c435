import { describe, expect, test } from 'vitest';
import { parseSpellings } from '../../../src/data/lines/parse-spellings.ts';

const spelled = (text: string): unknown => JSON.parse(JSON.stringify(parseSpellings(text)));

describe('parseSpellings()', () => {
  test('keeps how numbers are written, and none of a text', () => {
    expect(
      spelled('{"a\\"1": [1.0, -0, 1e3, NaN], "b": "NaN \\\\", "c\\n2": "\\" 3 \\\\\\" 4", "d": 9007199254740993}'),
    ).toEqual({
      'a"1': [{ text: '1.0' }, { text: '-0' }, { text: '1e3' }, { text: 'NaN' }],
      b: 'NaN \\',
      'c\n2': '" 3 \\" 4',
      d: { text: '9007199254740993' },
    });
  });

  test('reads a text of millions of escapes', () => {
    const text = `1 "2" \n`.repeat(2_000_000);
    expect(parseSpellings(JSON.stringify({ id: 1, text }))).toMatchObject({ id: { text: '1' }, text });
  });

  test.each(['{"a": \\"1"}', '{"a": "1\\"}', '{1: 2}', '{"a": 1\\n}'])('refuses %s', (text) => {
    expect(() => parseSpellings(text)).toThrow(SyntaxError);
  });
});
