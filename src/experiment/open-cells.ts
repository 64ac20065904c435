import { join } from 'node:path';
import type { LoadedConfig } from '../config/load.ts';
import type { SweepCell } from '../config/sweep.ts';
import { createRunDirectory } from '../ledger/run-directory.ts';
import { type Inputs, inputsKey, loadInputs } from '../loop/problem/inputs.ts';
import { prepareProblem } from '../loop/problem/problem.ts';
import { findEarlierRun, type OpenedRun } from './open-run.ts';
import { settleConfig } from './settle-config.ts';

/** A cell that was checked: as it runs, and the run of it that is there already. */
interface CheckedCell {
  readonly loaded: LoadedConfig;
  readonly earlier: OpenedRun | null;
}

/**
 * Checks every cell against its data and against the run that an earlier sweep left below `root`; makes nothing.
 * @throws BalpmError (usage, data)
 */
export async function checkInputs(
  cells: readonly SweepCell[],
  root: string,
  inputs = new Map<string, Inputs>(),
): Promise<CheckedCell[]> {
  const checked: CheckedCell[] = [];
  for (const { id, loaded } of cells) {
    const key = inputsKey(loaded.config);
    const read = inputs.get(key) ?? (await loadInputs(loaded.config));
    inputs.set(key, read);
    const problem = prepareProblem({ config: loaded.config, ...read });
    const config = settleConfig(loaded.config, read, problem.pool.ids.length);
    checked.push({
      loaded: { ...loaded, config },
      earlier: await findEarlierRun(join(root, id), config, problem),
    });
  }
  return checked;
}

/**
 * The runs of a sweep below `root`: those an earlier sweep left, and new ones. Every cell is checked against its data
 * and against what is there before any directory is made. `inputs` keeps what was read for the next call.
 * @throws BalpmError (usage, data)
 */
export async function openCells(
  cells: readonly SweepCell[],
  root: string,
  inputs = new Map<string, Inputs>(),
): Promise<OpenedRun[]> {
  const checked = await checkInputs(cells, root, inputs);
  const opened: OpenedRun[] = [];
  for (const [index, { loaded, earlier }] of checked.entries()) {
    const { id } = cells[index] as SweepCell;
    opened.push(earlier ?? { paths: await createRunDirectory(join(root, id), loaded), isDone: false, isNew: true });
  }
  return opened;
}
