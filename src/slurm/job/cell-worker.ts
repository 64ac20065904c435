import { join } from 'node:path';
import { EXIT_STATUS } from '../../base/errors.ts';
import { type Lane, type LaneOptions, openLane } from '../../experiment/lane.ts';
import { openCells } from '../../experiment/open-cells.ts';
import { digestEvents } from '../../ledger/digest.ts';
import { readLedger } from '../../ledger/read-ledger.ts';
import { type RunPaths, runPaths } from '../../ledger/run-directory.ts';
import type { Inputs } from '../../loop/problem/inputs.ts';
import type { Campaign } from '../campaign/campaign.ts';
import type { CellUnit } from '../campaign/unit.ts';
import { openCellConfigs } from '../submission/cell-config.ts';
import { outcomeOf, type UnitOutcome } from './unit-outcome.ts';
import type { UnitWorker, UnitWorkerOptions } from './unit-worker.ts';

/**
 * Works on cells: runs of one sweep, each in its directory of the sweep, on one warm worker, as many at a time as the
 * cores allow for the threads of a run; a GPU serves one run at a time.
 */
export async function openCellWorker(campaign: Campaign, options: UnitWorkerOptions): Promise<UnitWorker> {
  const configOf = await openCellConfigs(campaign);
  const inputs = new Map<string, Inputs>();
  const lanes = Array.from({ length: countLanes(campaign, configOf, options.job) }, (_value, number) =>
    openLane(number, laneOptions(options)),
  );
  const free = [...lanes];
  return {
    lanes: lanes.length,
    work: async (unit) => {
      const lane = free.pop() as Lane; // there are never more active units than lanes
      try {
        const cell = { id: unit.id, loaded: configOf(unit as CellUnit) };
        const [opened] = await openCells([cell], campaign.paths.root, inputs);
        if (opened === undefined || opened.isDone) return done(runPaths(join(campaign.paths.root, unit.id)));
        return await runOn(lane, opened);
      } catch (error) {
        return outcomeOf(error);
      } finally {
        free.push(lane);
      }
    },
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.close(false)));
    },
  };
}

type ConfigOf = Awaited<ReturnType<typeof openCellConfigs>>;

function countLanes({ units }: Campaign, configOf: ConfigOf, { cpus, gpus }: UnitWorkerOptions['job']): number {
  const [first] = units;
  if (gpus > 0 || first?.kind !== 'cell') return 1;
  return Math.max(1, Math.floor(cpus / configOf(first).config.worker.threads));
}

const laneOptions = ({ place, signal, note }: UnitWorkerOptions): LaneOptions => ({
  root: place,
  signal,
  note,
  observe: (id, event, state) => {
    if (event.type === 'round.measured') note(`${id}: round ${event.round}, ${state.labelled.length} labels`);
  },
});

async function runOn(lane: Lane, opened: Parameters<Lane['run']>[0]): Promise<UnitOutcome> {
  const { status, error } = await lane.run(opened);
  switch (status) {
    case 'done':
    case 'skipped':
      return done(opened.paths);
    case 'stopped':
      return { type: 'stopped' };
    case 'waiting':
      return { type: 'waiting', exitStatus: EXIT_STATUS.waiting, message: 'it waits for labels' };
    case 'failed':
      return outcomeOf(error);
  }
}

const done = (paths: RunPaths): UnitOutcome => ({ type: 'done', digest: digestEvents(readLedger(paths)) });
