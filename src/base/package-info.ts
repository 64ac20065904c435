import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

declare const BALPM_VERSION: string | undefined;

/** Version of balpm; put in by the build. */
export const VERSION: string = typeof BALPM_VERSION === 'string' ? BALPM_VERSION : '0.0.0-source';

/** The directory of the package: where package.json, python_worker and .venv are. */
export const PACKAGE_ROOT: string = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(start: string): string {
  for (let directory = start; directory !== dirname(directory); directory = dirname(directory)) {
    if (existsSync(join(directory, 'python_worker')) && existsSync(join(directory, 'package.json'))) return directory;
  }
  return start;
}
