import { describe, expect, it, test } from 'vitest';
import { parseHeader } from '../../../src/worker/wire/header.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('parseHeader()', () => {
  it('reads JSON', () => {
    expect(parseHeader(Buffer.from('{"a":[1.0,"é","\\ud83d\\ude00",null]}'))).toEqual({ a: [1, 'é', '😀', null] });
    expect(parseHeader(Buffer.from(nested(65)))).toBeDefined();
  });

  test.each([
    ['a number outside of float64', '[1e400]'],
    ['a lone surrogate', '["\\ud800"]'],
    ['a lone surrogate in a key', '{"\\udc00":1}'],
    ['too deep nesting', nested(66)],
    ['a key that changes what it is put into', '{"__proto__":1}'],
    ['a mark of byte order', '\u{feff}{}'],
    ['nothing', ''],
    ['more than a header may take', `"${'x'.repeat(1 << 20)}"`],
  ])('refuses %s', (_what, text) => {
    expect(() => parseHeader(Buffer.from(text))).toThrow();
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseHeader(Buffer.from([0x22, 0xff, 0x22]))).toThrow();
  });
});
