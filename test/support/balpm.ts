import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** The checkout under test. */
export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

/** What one call of the command line gave. */
export interface Called {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line as a person would. */
export async function balpm(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<Called> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [join(ROOT, 'dist/main.js'), ...args], {
    reject: false,
    stdin: 'ignore',
    cwd: options.cwd ?? ROOT,
    env: { NO_COLOR: '1', ...options.env },
  });
  return { status: exitCode, stdout, stderr };
}

/** A directory that `remove` deletes again. */
export function makeScratch(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'balpm-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The directory of shared data, or undefined (with the reason printed) when this machine has none. */
export function sharedDirectory(part: string): string | undefined {
  const path = join(process.env['BALPM_SHARED'] ?? resolve(ROOT, '../shared'), part);
  if (existsSync(path)) return path;
  process.stderr.write(`skipped: there is no ${part} in ../shared (set BALPM_SHARED)\n`);
  return undefined;
}
