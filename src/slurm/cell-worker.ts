import { EXIT_STATUS } from '../base/errors.ts';
import { digestEvents } from '../ledger/digest.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { type RunPaths, runPaths } from '../ledger/run-directory.ts';
import type { Inputs } from '../loop/inputs.ts';
import { type Lane, openLane } from '../loop/lane.ts';
import { openCells } from '../loop/open-cells.ts';
import type { Campaign } from './campaign.ts';
import { openCellConfigs } from './cell-config.ts';
import type { CellUnit } from './unit.ts';
import { outcomeOf, type UnitOutcome } from './unit-outcome.ts';
import type { UnitWorker, UnitWorkerOptions } from './unit-worker.ts';

/** Works on cells: runs of one sweep, on one warm worker, each in the directory that the sweep would give it. */
export async function openCellWorker(campaign: Campaign, options: UnitWorkerOptions): Promise<UnitWorker> {
  const configOf = await openCellConfigs(campaign);
  const inputs = new Map<string, Inputs>();
  const lane = openLane(0, {
    root: options.place,
    signal: options.signal,
    note: options.note,
    observe: (id, event, state) => {
      if (event.type === 'round.measured') options.note(`${id}: round ${event.round}, ${state.labelled.length} labels`);
    },
  });
  return {
    work: async (unit) => {
      try {
        const cell = { id: unit.id, loaded: configOf(unit as CellUnit) };
        const [opened] = await openCells([cell], campaign.paths.root, inputs);
        if (opened === undefined || opened.isDone) return done(runPaths(`${campaign.paths.root}/${unit.id}`));
        return await runOn(lane, opened);
      } catch (error) {
        return outcomeOf(error);
      }
    },
    close: (discard) => lane.close(discard),
  };
}

async function runOn(lane: Lane, opened: Parameters<Lane['run']>[0]): Promise<UnitOutcome> {
  const { status, error } = await lane.run(opened);
  switch (status) {
    case 'done':
    case 'skipped':
      return done(opened.paths);
    case 'stopped':
      return { type: 'stopped' };
    case 'waiting':
      return { type: 'waiting', exitStatus: EXIT_STATUS.waiting, message: 'it waits for labels of people' };
    case 'failed':
      return outcomeOf(error);
  }
}

const done = (paths: RunPaths): UnitOutcome => ({ type: 'done', digest: digestEvents(readLedger(paths)) });
