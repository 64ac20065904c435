import { usageError } from '../../base/errors.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import type { RunPaths } from '../run-directory.ts';
import { namedCode } from './named-code.ts';
import { runMark } from './run-mark.ts';

/**
 * Rejects code named by a run's directory unless its user created or trusted the run on this machine. `isNeeded` is
 * called last: whether any code will run at all.
 * @throws BalpmError (usage) naming the code
 */
export function assertTrusted(paths: RunPaths, config: ExperimentConfig, isNeeded = (): boolean => true): void {
  const code = namedCode(config);
  if (code.length === 0 || runMark.holds(paths) || !isNeeded()) return;
  const named = code.map(({ key, value }) => `${key} '${value}'`).join(' and ');
  throw usageError(
    `Cannot run the code of run '${paths.id}': it names ${named}, and nothing shows that you created this run on this machine; read that code, then give --trust`,
  );
}
