import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseModule } from './parsed-module.ts';
import type { Prose } from './prose.ts';
import { readSources } from './source-files.ts';
import { commentsOf } from './typescript-comments.ts';
import { typescriptProse } from './typescript-prose.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const LONGEST_LISTING = 64 * 1024 * 1024;

/** The folders read: errors and texts of the product, and comments. */
export interface Folders {
  readonly typescript: readonly string[];
  readonly python: readonly string[];
}

export const PRODUCT: Folders = { typescript: ['src'], python: ['python_worker'] };

/** Every text and comment of the code below `root`, TypeScript first. @throws Error when a file does not parse or Python is missing */
export function readProse(root: string, { typescript, python }: Folders = PRODUCT): Prose[] {
  const modules = readSources(root, typescript, ['.ts'])
    .filter(({ source }) => !source.startsWith('// Generated'))
    .map(parseModule);
  return [...typescriptProse(modules), ...modules.flatMap(commentsOf), ...readPython(root, python)];
}

function readPython(root: string, folders: readonly string[]): Prose[] {
  const own = join(HERE, '../../.venv/bin/python');
  const args = [join(HERE, 'list_errors.py'), root, ...folders];
  const listing = execFileSync(existsSync(own) ? own : 'python3', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: LONGEST_LISTING,
  });
  return listing.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Prose]));
}
