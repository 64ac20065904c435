import { expect, test } from 'vitest';
import { countForm } from '../../../src/data/answer-form/count-form.ts';
import { FORM_NAMES } from '../../../src/data/answer-form/names.ts';

const countsOf = (text: string) => Object.fromEntries(FORM_NAMES.map((name) => [name, countForm(name, text)]));

test.each([
  ['Paris', { length: 5, words: 1, 'distinct-words': 1, lines: 0, paragraphs: 0, 'list-items': 0 }],
  ['It is. It IS!', { length: 13, words: 4, 'distinct-words': 2, lines: 0, paragraphs: 0, 'list-items': 0 }],
  [
    'Buy:\n- milk\n * bread\n3) 2 eggs\n',
    { length: 31, words: 6, 'distinct-words': 6, lines: 4, paragraphs: 0, 'list-items': 3 },
  ],
  [
    '1.5 of x\n--- \n-y\n10. z',
    { length: 22, words: 7, 'distinct-words': 7, lines: 3, paragraphs: 0, 'list-items': 1 },
  ],
  ['Überraschung für Ärger', { length: 22, words: 3, 'distinct-words': 3, lines: 0, paragraphs: 0, 'list-items': 0 }],
  ['नमस्ते दुनिया', { length: 13, words: 2, 'distinct-words': 2, lines: 0, paragraphs: 0, 'list-items': 0 }],
  [
    'a\n\nb\n \t\n\nc\nd\r\n\r\ne',
    { length: 17, words: 5, 'distinct-words': 5, lines: 8, paragraphs: 3, 'list-items': 0 },
  ],
  ['?!', { length: 2, words: 0, 'distinct-words': 0, lines: 0, paragraphs: 0, 'list-items': 0 }],
])('countForm() of %j', (text, counts) => {
  expect(countsOf(text)).toEqual(counts);
});
