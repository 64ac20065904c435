import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../../base/package-info.ts';

/** The Python interpreter to use: the given one, else BALPM_PYTHON, else the package's .venv, else `python3` of PATH. */
export function resolvePython(given?: string | null): string {
  const bundled = join(PACKAGE_ROOT, '.venv', 'bin', 'python');
  return given ?? process.env['BALPM_PYTHON'] ?? (existsSync(bundled) ? bundled : 'python3');
}
