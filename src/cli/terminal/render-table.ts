import { cutText } from '../../base/text/cut-text.ts';
import { printableLine } from '../../base/text/printable-line.ts';

const LONGEST_CELL = 200;

/** Rows as aligned lines under their keys; numbers to the right, text to the left, printable and cut where it is long. */
export function renderTable(rows: readonly Readonly<Record<string, string | number>>[]): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))].map((line) =>
    line.map(shown),
  );
  const widths = names.map((_name, column) => Math.max(...cells.map((line) => (line[column] as string).length)));
  const isNumeric = names.map((name) => rows.every((row) => /^[-+]?[\d.]*$/.test(String(row[name] ?? ''))));
  const align = (cell: string, column: number): string =>
    isNumeric[column] ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number);
  return cells.map((line) => line.map(align).join('  ').trimEnd());
}

const shown = (cell: string): string => printableLine(cutText(cell, LONGEST_CELL));
