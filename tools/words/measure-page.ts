import { markdownProse } from './markdown-prose.ts';
import type { SourceFile } from './source-files.ts';
import { countWords, splitSentences } from './split-sentences.ts';

/** A sentence longer than is good. */
export interface LongSentence {
  /** Line its paragraph begins in. */
  readonly line: number;
  readonly words: number;
  readonly text: string;
}

/** Words per sentence of a page. */
export interface PageLengths {
  readonly path: string;
  /** Words of every sentence, ascending. */
  readonly lengths: readonly number[];
  readonly long: readonly LongSentence[];
}

export const MOST_WORDS = 35;
/** A cell of a table with fewer words is a term or a figure. */
const LEAST_CELL_WORDS = 8;

/** Measures the sentences of a page; headings and short cells of tables are none. */
export function measurePage(page: SourceFile): PageLengths {
  const sentences = markdownProse(page)
    .filter(
      ({ block, text }) => block === 'paragraph' || (block === 'tableCell' && countWords(text) >= LEAST_CELL_WORDS),
    )
    .flatMap(({ line, text }) =>
      splitSentences(text).map((sentence) => ({ line, text: sentence, words: countWords(sentence) })),
    );
  return {
    path: page.path,
    lengths: sentences.map(({ words }) => words).sort((a, b) => a - b),
    long: sentences.filter(({ words }) => words > MOST_WORDS),
  };
}

/** The middle of ascending numbers, the lower one of two; 0 for none. */
export const medianOf = (ascending: readonly number[]): number => ascending[(ascending.length - 1) >> 1] ?? 0;
