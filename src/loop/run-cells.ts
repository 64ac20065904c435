import { join } from 'node:path';
import { hashOf } from '../base/canonical-json.ts';
import { messageOf } from '../base/errors.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import type { RunEvent } from '../ledger/events.ts';
import { readRunConfig } from '../ledger/run-directory.ts';
import type { OpenedRun } from './open-run.ts';
import type { RunState } from './state.ts';
import { isStop, superviseRun } from './supervise-run.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/** How a run of a sweep ended. */
export interface CellOutcome {
  readonly id: string;
  readonly status: 'done' | 'skipped' | 'stopped' | 'waiting' | 'failed';
  readonly error?: unknown;
}

/** What a sweep is run with. */
export interface CellsOptions {
  readonly runs: readonly OpenedRun[];
  readonly jobs: number;
  readonly root: string;
  readonly signal: AbortSignal;
  readonly observe: (id: string, event: RunEvent, state: RunState) => void;
  readonly finished: (outcome: CellOutcome) => void;
  readonly note: (sentence: string) => void;
}

/** Works through the runs in order, `jobs` at a time, each lane on one worker; one failed run does not stop the others. */
export async function runCells(options: CellsOptions): Promise<CellOutcome[]> {
  const outcomes: CellOutcome[] = options.runs
    .filter(({ isDone }) => isDone)
    .map(({ paths }) => ({ id: paths.id, status: 'skipped' }));
  outcomes.forEach(options.finished);
  const queue = options.runs.filter(({ isDone }) => !isDone);
  const lanes = Array.from({ length: Math.min(options.jobs, queue.length) }, (_value, lane) =>
    workThrough(queue, lane, options, outcomes),
  );
  await Promise.all(lanes);
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  return options.runs.map(({ paths }) => byId.get(paths.id) ?? { id: paths.id, status: 'stopped' });
}

async function workThrough(
  queue: OpenedRun[],
  lane: number,
  options: CellsOptions,
  outcomes: CellOutcome[],
): Promise<void> {
  const bench = createLaneBench(lane, options);
  try {
    while (queue.length > 0 && !options.signal.aborted) {
      const outcome = await runCell(queue.shift() as OpenedRun, bench, options);
      outcomes.push(outcome);
      options.finished(outcome);
    }
  } finally {
    await bench.close(outcomes.every(({ status }) => status === 'done' || status === 'skipped'));
  }
}

async function runCell({ paths, isNew }: OpenedRun, bench: LaneBench, options: CellsOptions): Promise<CellOutcome> {
  try {
    const config = await readRunConfig(paths);
    const { status } = await superviseRun({
      paths,
      isNew,
      config,
      workbench: await bench.forConfig(config),
      signal: options.signal,
      observe: (event, state) => options.observe(paths.id, event, state),
      note: (sentence) => options.note(`${paths.id}: ${sentence}`),
    });
    return { id: paths.id, status };
  } catch (error) {
    await bench.close().catch((failure: unknown) => options.note(messageOf(failure)));
    if (isStop(error)) return { id: paths.id, status: 'stopped' };
    options.note(`${paths.id}: ${messageOf(error)}`);
    return { id: paths.id, status: 'failed', error };
  }
}

interface LaneBench {
  readonly forConfig: (config: ExperimentConfig) => Promise<Workbench>;
  readonly close: (discard?: boolean) => Promise<void>;
}

/** Keeps one workbench a lane, made anew when a run asks for another kind of worker or after a failure. */
function createLaneBench(lane: number, { root, signal, note }: CellsOptions): LaneBench {
  let current: { readonly key: string; readonly bench: Workbench } | undefined;
  const close = async (discard = false): Promise<void> => {
    const last = current;
    current = undefined;
    await last?.bench.close(discard);
  };
  return {
    close,
    forConfig: async (config) => {
      const key = hashOf({ worker: config.worker, cacheDir: config.output.dir });
      if (current?.key !== key) await close();
      current ??= {
        key,
        bench: openWorkbench({
          worker: {
            ...config.worker,
            connectionFile: pathOfLane(config.worker.connectionFile, lane),
            rendezvous: pathOfLane(config.worker.rendezvous, lane),
          },
          cacheDir: config.output.dir,
          workerLog: join(root, `worker-${lane}.log`),
          calls: join(root, `calls-${lane}.jsonl`),
          work: join(root, `work-${lane}`),
          connectionFile: join(root, `worker-${lane}`, 'connection.json'),
          signal,
          note,
        }),
      };
      return current.bench;
    },
  };
}

/** Lanes wait for workers of their own, so the first alone can have the file or directory that was asked for. */
const pathOfLane = (path: string | null, lane: number): string | null =>
  path === null || lane === 0 ? path : `${path}-${lane}`;
