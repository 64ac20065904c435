import type { BannedPhrase } from './banned-phrases.ts';
import type { Area, Prose } from './prose.ts';

/** A banned phrase in a text. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly area: Area;
  readonly phrase: string;
  readonly rule: string;
  readonly instead: string;
}

/** The banned phrases of a text, in its order. Of phrases that overlap the one listed first counts; quotations and code are passed over. */
export function findPhrases({ file, line, area, text }: Prose, banned: readonly BannedPhrase[]): Finding[] {
  const plain = mask(text);
  const taken: { readonly start: number; readonly end: number; readonly finding: Finding }[] = [];
  for (const { rule, instead, where, expression } of banned) {
    if (!where.includes(area)) continue;
    for (const match of plain.matchAll(expression)) {
      const [start, end] = [match.index, match.index + match[0].length];
      if (taken.some((other) => start < other.end && other.start < end)) continue;
      const phrase = text.slice(start, end).replaceAll(/\s+/g, ' ').trim();
      taken.push({ start, end, finding: { file, line: line + breaks(plain, start), area, phrase, rule, instead } });
    }
  }
  return taken.sort((a, b) => a.start - b.start).map(({ finding }) => finding);
}

/** Code spans, placeholders, quotations and addresses, of equal length and without words. */
function mask(text: string): string {
  return text
    .replaceAll(/\{[^{}]*\}/g, hidden)
    .replaceAll(/`[^`]+`/g, hidden)
    .replaceAll(/"[^"\n]{1,200}"|“[^”]{1,200}”/g, hidden)
    .replaceAll(/(?<![\w’])'[^'\n]{2,60}'(?!\w)/g, hidden)
    .replaceAll(/https?:\/\/\S+/g, hidden);
}

const hidden = (found: string): string => `{${found.slice(2).replaceAll(/[^\n]/g, '·')}}`;

/** Line breaks before an offset; those of a text that begins with white space do not count against its first word. */
const breaks = (text: string, end: number): number => text.slice(0, end).split('\n').length - 1;
