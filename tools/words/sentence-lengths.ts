// Prints words per sentence of every page of the documentation: sentences, median, longest, and those above 35 words.
// `--list` prints the long sentences too. Exits with 1 when a page has one, or a median above 17.
import { measurePage, medianOf, type PageLengths } from './measure-page.ts';
import { root } from './root.ts';
import { readSources } from './source-files.ts';

const MOST_MEDIAN = 17;

const pages = readSources(root, ['README.md', 'docs'], ['.md']).map(measurePage);
const all: PageLengths = {
  path: 'all pages',
  lengths: pages.flatMap(({ lengths }) => lengths).sort((a, b) => a - b),
  long: pages.flatMap(({ long }) => long),
};
process.stdout.write('| page | sentences | median | longest | above 35 |\n| --- | --- | --- | --- | --- |\n');
for (const { path, lengths, long } of [...pages, all])
  process.stdout.write(
    `| ${path} | ${lengths.length} | ${medianOf(lengths)} | ${lengths.at(-1) ?? 0} | ${long.length} |\n`,
  );
if (process.argv.includes('--list'))
  for (const { path, long } of pages)
    for (const { line, words, text } of long) process.stdout.write(`${path}:${line}: ${words} words: ${text}\n`);
process.exitCode = pages.some(({ lengths, long }) => long.length > 0 || medianOf(lengths) > MOST_MEDIAN) ? 1 : 0;
