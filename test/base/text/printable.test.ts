import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { printable } from '../../../src/base/text/printable.ts';
import { printableLine } from '../../../src/base/text/printable-line.ts';

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Code points that steer a terminal, reorder text or hide it. */
const HARMFUL = [
  ...range(0x00, 0x08),
  ...range(0x0b, 0x1f),
  ...range(0x7f, 0x9f),
  0x061c,
  0x200b,
  ...range(0x200e, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x2064),
  ...range(0x2066, 0x206f),
  0xfeff,
  ...range(0xfff9, 0xfffb),
  ...range(0xd800, 0xdfff),
  0xfffe,
  ...range(0xe0000, 0xe007f),
];

describe('printable()', () => {
  test('makes every character visible that steers, reorders or hides, as JSON would be read back', () => {
    for (const point of HARMFUL) {
      const text = String.fromCodePoint(point);
      const shown = printable(`a${text}b`);
      expect(shown).toMatch(/^a(\\u[0-9a-f]{4}){1,2}b$/);
      expect(JSON.parse(`"${shown}"`)).toBe(`a${text}b`);
    }
  });

  test.each([
    'two\nlines\tand a tab',
    'نمی‌خواهم',
    'क्‍ष',
    '👩‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇺🇦',
    'עברית العربية ١٢٣',
    '漢字 葛\u{e0100} ᠠ᠋ ไทย',
    'é e\u0301 Straße so\u00ADft',
    '\ue000 𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
    '\\u001b written out',
  ])('leaves %j as it is', (text) => {
    expect(printable(text)).toBe(text);
  });

  test('shows joiners and selectors that follow one another, and tags that are no flag', () => {
    expect(printable('a\u200d\u200c\u200db')).toBe('a\u200d\\u200c\\u200db');
    expect(printable('x\ufe00\ufe01')).toBe('x\ufe00\\ufe01');
    expect(printable('\u{1F3F4}\u{e0041}')).toBe('\u{1F3F4}\\udb40\\udc41');
  });

  test('changes nothing a second time, and no value of a JSON document or of quoted YAML', () => {
    const value = { 'key\u202e': 'text \\ \u009b31m \u2028 \u{e0041} "x" \ud800' };
    const text = printable(JSON.stringify(value));
    expect(printable(text)).toBe(text);
    expect(JSON.parse(text)).toEqual(value);
    expect(parse(printable('"a\u202eb\u{e0041}"'))).toBe('a\u202eb\u{e0041}');
  });
});

test('printableLine() shows line feeds and tabs too', () => {
  expect(printableLine('a\nb\tc\r')).toBe('a\\nb\\tc\\u000d');
});
