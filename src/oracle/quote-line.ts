import { formatCount } from '../base/text/format-count.ts';
import { printableLine } from '../base/text/printable-line.ts';

const LONGEST = 120;

/** A line somebody wrote as it can stand in a message: in double quotes, cut, and nothing in it that is not seen. */
export function quoteLine(line: string): string {
  const shown = Array.from(line.slice(0, 2 * LONGEST + 1))
    .slice(0, LONGEST)
    .join('');
  const rest = shown.length < line.length ? `… (${formatCount(line.length)} characters)` : '';
  return `"${printableLine(shown)}"${rest}`;
}
