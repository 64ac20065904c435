import { join } from 'node:path';
import type { SweepCell } from '../config/sweep.ts';
import { createRunDirectory } from '../ledger/run-directory.ts';
import { type Inputs, inputsKey, loadInputs } from './inputs.ts';
import { findEarlierRun, type OpenedRun } from './open-run.ts';
import { prepareProblem } from './problem.ts';

/**
 * Checks every cell against its data and against the run that an earlier sweep left below `root`; makes nothing.
 * @returns that run, null where there is none, of each cell.
 * @throws BalpmError (usage, data)
 */
export async function checkInputs(
  cells: readonly SweepCell[],
  root: string,
  inputs = new Map<string, Inputs>(),
): Promise<(OpenedRun | null)[]> {
  const found: (OpenedRun | null)[] = [];
  for (const { id, loaded } of cells) {
    const { config } = loaded;
    const key = inputsKey(config);
    const loadedInputs = inputs.get(key) ?? (await loadInputs(config));
    inputs.set(key, loadedInputs);
    found.push(await findEarlierRun(join(root, id), config, prepareProblem({ config, ...loadedInputs })));
  }
  return found;
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
  const found = await checkInputs(cells, root, inputs);
  const opened: OpenedRun[] = [];
  for (const [index, { id, loaded }] of cells.entries()) {
    const earlier = found[index] ?? null;
    opened.push(earlier ?? { paths: await createRunDirectory(join(root, id), loaded), isDone: false, isNew: true });
  }
  return opened;
}
