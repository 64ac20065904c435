import { usageError } from '../../base/errors.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import type { RunPaths } from '../run-directory.ts';
import { namedCode } from './named-code.ts';
import { runMark } from './run-mark.ts';

/**
 * Refuses to run code that a run's directory names unless its user made or trusted the run on this machine. `isNeeded` is
 * asked last: whether anything will run at all.
 * @throws BalpmError (usage) naming the code
 */
export function assertTrusted(paths: RunPaths, config: ExperimentConfig, isNeeded = (): boolean => true): void {
  const code = namedCode(config);
  if (code.length === 0 || runMark.holds(paths) || !isNeeded()) return;
  const named = code.map(({ key, value }) => `${key} '${value}'`).join(' and ');
  throw usageError(
    `Cannot run the code of run '${paths.id}': it names ${named}, and nothing shows that you made this run on this machine; read what it names, then give --trust`,
  );
}
