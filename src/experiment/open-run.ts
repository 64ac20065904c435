import { existsSync } from 'node:fs';
import { usageError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { canonicalJson } from '../base/text/canonical-json.ts';
import { configDifferences } from '../config/config-differences.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { experimentIdentity } from '../config/identity.ts';
import type { LoadedConfig } from '../config/load.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import {
  createRunDirectory,
  isRunDirectory,
  type RunPaths,
  readRunConfig,
  refuseExisting,
  runPaths,
} from '../ledger/run-directory.ts';
import { assertTrusted } from '../ledger/trust/assert-trusted.ts';
import { namedCode } from '../ledger/trust/named-code.ts';
import { assertSameRun } from '../loop/problem/identity.ts';
import { loadInputs } from '../loop/problem/inputs.ts';
import { type Problem, prepareProblem } from '../loop/problem/problem.ts';
import { replay } from '../loop/state.ts';
import { settleConfig } from './settle-config.ts';

/** A run to work on. */
export interface OpenedRun {
  readonly paths: RunPaths;
  readonly isDone: boolean;
  /** Made by this very command: when it turns out that it cannot begin, nothing of it is kept. */
  readonly isNew: boolean;
}

/**
 * The run at `root`, null when there is none yet.
 * @throws BalpmError (usage) when what is there is another experiment: other settings, data, labels or features.
 */
export async function findEarlierRun(
  root: string,
  config: ExperimentConfig,
  problem: Problem,
): Promise<OpenedRun | null> {
  if (!isRunDirectory(root)) return null;
  const paths = runPaths(root);
  const before = await readRunConfig(paths);
  assertSameSettings(paths, before, config);
  const events = readLedger(paths);
  assertSameRun(paths.id, events[0], config, problem);
  const isDone = replay(events).finished;
  if (!isDone && !isSameCode(before, config)) assertTrusted(paths, before);
  return { paths, isDone, isNew: false };
}

/**
 * A new run directory at `root`, or with `orResume` the run that is there; made only once settings and data fit together.
 * @throws BalpmError (usage, data)
 */
export async function openRun(root: string, loaded: LoadedConfig, orResume: boolean): Promise<OpenedRun> {
  if (existsSync(root) && !orResume) refuseExisting(root);
  const inputs = await loadInputs(loaded.config);
  const problem = prepareProblem({ config: loaded.config, ...inputs });
  const config = settleConfig(loaded.config, inputs, problem.pool.ids.length);
  const earlier = await findEarlierRun(root, config, problem);
  return earlier ?? { paths: await createRunDirectory(root, { ...loaded, config }), isDone: false, isNew: true };
}

/** Code that who starts the command names too is theirs, whoever made the directory. */
const isSameCode = (before: ExperimentConfig, now: ExperimentConfig): boolean =>
  canonicalJson(namedCode(before)) === canonicalJson(namedCode(now));

function assertSameSettings(paths: RunPaths, before: ExperimentConfig, now: ExperimentConfig): void {
  const differences = configDifferences(experimentIdentity(before), experimentIdentity(now), () => false);
  if (differences.length === 0) return;
  throw usageError(
    `Cannot go on with run '${paths.id}' in ${quotePath(paths.root)}: it has another configuration (${differences.join('; ')}), the same one or a new id is needed`,
  );
}
