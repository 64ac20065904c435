import { formatCount } from '../base/text/format-count.ts';
import { printableLine } from '../base/text/printable-line.ts';

const LONGEST = 120;

/** A line of a labeller, quoted for a message: in double quotes, cut, with invisible characters escaped. */
export function quoteLine(line: string): string {
  const shown = Array.from(line.slice(0, 2 * LONGEST + 1))
    .slice(0, LONGEST)
    .join('');
  const rest = shown.length < line.length ? `… (${formatCount(line.length)} characters)` : '';
  return `"${printableLine(shown)}"${rest}`;
}
