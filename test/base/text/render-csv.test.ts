import { describe, expect, test } from 'vitest';
import { renderCsv } from '../../../src/base/text/render-csv.ts';

describe('renderCsv()', () => {
  test('lists the keys of all rows, leaving empty what a row has not or is null', () => {
    expect(
      renderCsv([
        { a: 1, b: null },
        { a: 2.5, c: 'x' },
      ]),
    ).toBe('a,b,c\n1,,\n2.5,,x\n');
  });

  test('quotes commas, quotes and line ends', () => {
    expect(renderCsv([{ 'a,b': 'say "hi"\nnow' }])).toBe('"a,b"\n"say ""hi""\nnow"\n');
  });

  test('is empty for no rows', () => {
    expect(renderCsv([])).toBe('');
  });
});
