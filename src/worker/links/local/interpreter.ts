import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT_MARKS } from '../../../base/environment-marks.ts';
import { findInstallation } from '../../../base/installation.ts';
import { PACKAGE_ROOT } from '../../../base/package-info.ts';

/**
 * The Python interpreter to use: the given one, else BALPM_PYTHON, else that of the environment which `balpm setup`
 * made or of the package's own .venv, else `python3` of PATH.
 */
export const resolvePython = (given?: string | null): string =>
  given ?? process.env['BALPM_PYTHON'] ?? findEnvironment() ?? 'python3';

function findEnvironment(): string | undefined {
  const { environment } = findInstallation();
  const own = join(PACKAGE_ROOT, '.venv');
  const isOurs = environment === own || existsSync(join(environment, ENVIRONMENT_MARKS.stamp));
  return [...(isOurs ? [environment] : []), own].filter(isUsable).map(pythonOf)[0];
}

const isUsable = (directory: string): boolean =>
  existsSync(pythonOf(directory)) && !ENVIRONMENT_MARKS.isUnfinished(directory);

const pythonOf = (directory: string): string => join(directory, 'bin', 'python');
