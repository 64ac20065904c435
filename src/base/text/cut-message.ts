import { cutText } from './cut-text.ts';
import { formatCount } from './format-count.ts';

const LONGEST_VALUE = 300;
/** Leaves room for the quotes and signs round a value that was cut already. */
const LONGEST_WORD = LONGEST_VALUE + 100;
const LONGEST_LINE = 4000;
const MOST_LINES = 100;

const QUOTED = new RegExp(`(?<![\\p{L}\\p{N}])'([^'\\n]{${LONGEST_VALUE + 1},})'(?![\\p{L}\\p{N}])`, 'gu');
const WORD = new RegExp(`\\S{${LONGEST_WORD + 1},}`, 'gu');

/** A message in which nothing is longer than people read: quoted values and words are cut, what stands round them is kept. */
export const cutMessage = (message: string): string => fewLines(message.split('\n')).map(cutLine).join('\n');

const fewLines = (lines: readonly string[]): readonly string[] =>
  lines.length <= MOST_LINES
    ? lines
    : [...lines.slice(0, MOST_LINES / 2), `… (${formatCount(lines.length)} lines)`, ...lines.slice(-MOST_LINES / 2)];

function cutLine(line: string): string {
  if (line.length <= LONGEST_VALUE) return line;
  const cut = line
    .replace(QUOTED, (_, value: string) => `'${cutText(value, LONGEST_VALUE)}'`)
    .replace(WORD, (word) => cutText(word, LONGEST_VALUE));
  return cut.length <= LONGEST_LINE ? cut : cutMiddle(cut);
}

/** The end says what to do, so both ends are kept. */
function cutMiddle(line: string): string {
  const end = line.slice(-LONGEST_LINE / 2).replace(/^\p{Cs}/u, '');
  return `${cutText(line, LONGEST_LINE / 2)} … ${end}`;
}
