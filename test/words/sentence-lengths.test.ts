import { expect, test } from 'vitest';
import { measurePage, medianOf } from '../../tools/words/measure-page.ts';
import { countWords, splitSentences } from '../../tools/words/split-sentences.ts';

test('splitSentences() parts at the ends of sentences, also before small letters and values', () => {
  expect(
    splitSentences('It runs. balpm picks (see e.g. Fig. 3)! {…} is 1.5 long.\nWhy? “So.” Melo et al. say'),
  ).toEqual(['It runs.', 'balpm picks (see e.g. Fig. 3)!', '{…} is 1.5 long.', 'Why?', '“So.”', 'Melo et al. say']);
  expect(splitSentences(' \n ')).toEqual([]);
});

test('countWords() counts what has letters or digits, a value as one', () => {
  expect(countWords('The {quotePath(a b)} has 1,024 rows × 3 — or read/write')).toBe(9);
  expect(countWords('· — ×')).toBe(0);
});

test('measurePage() measures paragraphs, lists and long cells, not headings, short cells and code', () => {
  const long = Array.from({ length: 36 }, (_, index) => `w${index}`).join(' ');
  const page = `# A heading of five words

Two words. Three words here.

- ${long}.

| key | meaning |
| --- | --- |
| \`batch\` | labels that are acquired in every round but one |

\`\`\`sh
one two three four five six
\`\`\`
`;
  const { lengths, long: found } = measurePage({ path: 'page.md', source: page });
  expect(lengths).toEqual([2, 3, 9, 36]);
  expect(found).toEqual([{ line: 5, words: 36, text: `${long}.` }]);
});

test('medianOf() is the middle, the lower of two, and 0 for none', () => {
  expect([medianOf([1, 5, 9]), medianOf([1, 5]), medianOf([])]).toEqual([5, 1, 0]);
});
