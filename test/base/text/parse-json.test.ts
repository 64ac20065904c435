import { expect, test } from 'vitest';
import { parseJson } from '../../../src/base/text/parse-json.ts';

test('parseJson() gives values nested 128 deep and refuses deeper ones, however deep', () => {
  const nested = (levels: number, begin: string, end: string): string =>
    `${begin.repeat(levels)}1${end.repeat(levels)}`;
  expect(parseJson(nested(1, '[', ']'))).toEqual([1]);
  expect(() => parseJson(nested(128, '{"a":', '}'))).not.toThrow();
  for (const levels of [129, 100_000]) {
    expect(() => parseJson(nested(levels, '[', ']'))).toThrow('it is nested deeper than 128 levels');
    expect(() => parseJson(nested(levels, '{"a":', '}'))).toThrow('it is nested deeper than 128 levels');
  }
});

test('parseJson() refuses what is no JSON', () => {
  expect(() => parseJson('{')).toThrow(SyntaxError);
});
