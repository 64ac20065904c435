/** Rows as CSV (RFC 4180, `\n` between lines) under the keys of all rows in order of appearance; null and absent are empty cells. */
export function renderCsv(rows: readonly Readonly<Record<string, string | number | null>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (names.length === 0) return '';
  const lines = [names, ...rows.map((row) => names.map((name) => row[name] ?? ''))];
  return lines.map((cells) => `${cells.map((cell) => quoteCell(String(cell))).join(',')}\n`).join('');
}

const quoteCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
