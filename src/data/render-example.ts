import { excerpt } from './excerpt.ts';
import type { Example } from './read-examples.ts';

/** A pair as a few lines for a terminal: texts on one line each, shortened, the preferred answer marked. */
export function renderExample({ id, prompt, response_a: a, response_b: b, preferred }: Example): string[] {
  const mark = (side: string): string => (preferred === side ? '*' : ' ');
  return [
    '',
    `${excerpt(id)}${preferred === null ? ' (no label)' : ''}`,
    `  prompt  ${excerpt(prompt)}`,
    `  ${mark('a')} a     ${excerpt(a)}`,
    `  ${mark('b')} b     ${excerpt(b)}`,
  ];
}
