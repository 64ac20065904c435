import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Prose } from '../../tools/words/prose.ts';
import { readProse } from '../../tools/words/read-prose.ts';

/** The prose of files written into a directory of the test: `src/…` and `python_worker/…`. */
export function proseOf(files: Readonly<Record<string, string>>): Prose[] {
  const root = mkdtempSync(join(tmpdir(), 'balpm-words-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return readProse(root);
}

/** The texts of one area, in the order of the files. */
export const textsOf = (prose: readonly Prose[], area: Prose['area']): string[] =>
  prose.filter((entry) => entry.area === area).map(({ text }) => text);
