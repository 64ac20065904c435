import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import { printableLine } from '../../base/text/printable-line.ts';

/** Lines at the end of a terminal that replace themselves. */
export interface LiveBlock {
  /** Shows these lines in place of the last ones, everything in them printable; `title` stands in bold before the first. */
  readonly draw: (lines: readonly string[], title?: string) => void;
  /** Lines of the terminal. */
  readonly rows: () => number;
  readonly clear: () => void;
  readonly done: () => void;
}

/** A block at the end of stderr that is drawn again and again; undefined where stderr is no terminal. */
export function createLiveBlock(): LiveBlock | undefined {
  if (!process.stderr.isTTY) return undefined;
  const update = createLogUpdate(process.stderr);
  return {
    draw: (lines, title) => update(withTitle(lines.map(printableLine), title).join('\n')),
    rows: () => process.stderr.rows || 24,
    clear: () => update.clear(),
    done: () => update.done(),
  };
}

const withTitle = ([first = '', ...others]: readonly string[], title?: string): string[] => [
  title === undefined ? first : `${styleText('bold', printableLine(title))}  ${first}`,
  ...others,
];
