import { excerpt } from './excerpt.ts';
import type { Example } from './read-examples.ts';

/** A pair as a few lines for a terminal: texts on one line each, shortened, the preferred response marked. */
export function renderExample(example: Example): string[] {
  const { id, prompt, response_a: a, response_b: b, preferred } = example;
  const mark = (side: string): string => (preferred === side ? '*' : ' ');
  return [
    '',
    `${excerpt(id)}${remarkOn(example)}`,
    `  prompt  ${excerpt(prompt)}`,
    `  ${mark('a')} a     ${excerpt(a)}`,
    `  ${mark('b')} b     ${excerpt(b)}`,
  ];
}

/** Details of the label that the marks do not show. */
function remarkOn(example: Example): string {
  if (example.preferred === null) return ' (no label)';
  const { preferred, p, weight } = example;
  const words = [
    ...(preferred === 'tie' ? ['a tie'] : p === undefined ? [] : [`a with probability ${p}`]),
    ...(weight === undefined ? [] : [`weight ${weight}`]),
  ];
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}
