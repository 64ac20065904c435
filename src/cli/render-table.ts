/** Rows as aligned text under their keys; numbers to the right, text to the left. */
export function renderTable(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))];
  const widths = names.map((_name, column) => Math.max(...cells.map((line) => (line[column] as string).length)));
  const isNumeric = names.map((name) => rows.every((row) => /^[-+]?[\d.]*$/.test(String(row[name] ?? ''))));
  const align = (cell: string, column: number): string =>
    isNumeric[column] ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number);
  return cells.map((line) => line.map(align).join('  ').trimEnd()).join('\n');
}
