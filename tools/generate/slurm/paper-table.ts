import { readFileSync } from 'node:fs';

/** What docs/explanation/paper.md says of a recipe. */
export interface PaperRow {
  readonly experiment: string;
  /** The figure of the paper; null where it has none. */
  readonly figure: string | null;
}

/** The row of the table of experiments that names a recipe, as `paper/main`. @throws when there is none. */
export function paperRow(page: string, recipe: string): PaperRow {
  const rows = readFileSync(page, 'utf8').split('\n');
  const row = rows.find((line) => line.startsWith('|') && line.includes(`\`${recipe}\``));
  const [, experiment, , , figure] = (row ?? '').split(' | ').flatMap((cell) => cell.split('| '));
  if (experiment === undefined || figure === undefined)
    throw new Error(`Cannot find recipe '${recipe}' in ${page}: its table needs a row of it`);
  return { experiment, figure: figure === '–' ? null : figure };
}
