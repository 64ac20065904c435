/** Where a text is from: the lint's rules name these areas. */
export const AREAS = ['errors', 'help', 'config', 'text', 'comments', 'docs'] as const;

/** `text` is every other sentence that a program may print: tables, progress, pages. */
export type Area = (typeof AREAS)[number];

/** One piece of prose. `{…}` stands for a value or a code span; a line break in `text` is one in the file. */
export interface Prose {
  /** Path relative to the repository root, with `/`. */
  readonly file: string;
  /** Line of the first character, from 1. */
  readonly line: number;
  readonly area: Area;
  readonly text: string;
}

/** Whether a literal reads as prose: two words of letters at least, so that names, flags and paths are left alone. */
export function isProse(text: string): boolean {
  const words = text.replaceAll(/\{[^{}]*\}/g, ' ').match(/(?<![\w./-])[A-Za-z][a-z'’]+(?![\w/])/g) ?? [];
  return words.length >= 2 && /\s/.test(text.trim());
}
