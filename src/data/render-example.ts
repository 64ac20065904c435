import type { Example } from './read-examples.ts';

const LONGEST = 200;

/** A pair as a few lines for a terminal: texts on one line each, shortened, the preferred answer marked. */
export function renderExample({ id, prompt, response_a: a, response_b: b, preferred }: Example): string[] {
  const mark = (side: string): string => (preferred === side ? '*' : ' ');
  return [
    '',
    `${id}${preferred === null ? ' (no label)' : ''}`,
    `  prompt  ${shorten(prompt)}`,
    `  ${mark('a')} a     ${shorten(a)}`,
    `  ${mark('b')} b     ${shorten(b)}`,
  ];
}

function shorten(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= LONGEST ? line : `${characters.slice(0, LONGEST).join('')}… (${text.length} characters)`;
}
