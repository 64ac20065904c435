import type { FormName } from './names.ts';

/** Letters, digits and underscores without a break. */
const WORD = /[\p{L}\p{M}\p{N}_]+/gu;

/** One blank line or more. */
const BLANK_LINES = /\n[^\S\n]*\n\s*/gu;

/** A line that begins with a bullet, or with a number and a full stop or bracket. */
const LIST_ITEM = /(?:^|\n)[ \t]*(?:[-*•]|\d+[.)])[ \t]/gu;

const COUNTS: Readonly<Record<FormName, (text: string) => number>> = {
  length: (text) => text.length,
  words: (text) => wordsOf(text).length,
  'distinct-words': (text) => new Set(wordsOf(text.toLowerCase())).size,
  lines: (text) => text.split('\n').length - 1,
  paragraphs: (text) => text.match(BLANK_LINES)?.length ?? 0,
  'list-items': (text) => text.match(LIST_ITEM)?.length ?? 0,
};

/**
 * Count of a form in a text: UTF-16 code units of `length`, runs of letters and digits of `words` (ignoring case if they
 * are distinct; a run without spaces counts once, as in Chinese or Thai), line breaks of `lines`, breaks with blank lines
 * of `paragraphs`, lines that begin with a bullet or number of `list-items`.
 */
export const countForm = (name: FormName, text: string): number => COUNTS[name](text);

const wordsOf = (text: string): readonly string[] => text.match(WORD) ?? [];
