import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractFields } from '../../src/cli/features/extract/extract-fields.ts';
import { replaceBlock } from './replace-block.ts';
import { settingsTable } from './settings-table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Tables of the documentation by page and by the name of their block. */
const TABLES = {
  'docs/reference/extraction-options.md': { 'extraction-options': () => settingsTable(extractFields()) },
};

/** Every page of the documentation with generated tables, by its path from the repository's root. */
export const docsPages = (): Record<string, string> =>
  Object.fromEntries(Object.entries(TABLES).map(([path, tables]) => [path, pageOf(path, tables)]));

function pageOf(path: string, tables: Readonly<Record<string, () => string>>): string {
  const page = readFileSync(join(root, path), 'utf8');
  return Object.entries(tables).reduce((text, [name, table]) => replaceBlock(text, name, table(), path), page);
}
