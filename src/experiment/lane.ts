import { join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { hashOf } from '../base/text/canonical-json.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import type { RunEvent } from '../ledger/events.ts';
import { readRunConfig } from '../ledger/run-directory.ts';
import type { RunState } from '../loop/state.ts';
import type { Workbench } from '../loop/workbench.ts';
import type { OpenedRun } from './open-run.ts';
import { openWorkbench } from './open-workbench.ts';
import { isStop, superviseRun } from './supervise-run.ts';

/** How a run of a sweep ended. */
export interface CellOutcome {
  readonly id: string;
  readonly status: 'done' | 'skipped' | 'stopped' | 'waiting' | 'failed';
  readonly error?: unknown;
}

/** What runs that follow each other on one worker are run with. */
export interface LaneOptions {
  /** Directory for the worker's log and what it keeps; several lanes may share it. */
  readonly root: string;
  readonly signal: AbortSignal;
  readonly observe: (id: string, event: RunEvent, state: RunState) => void;
  readonly note: (sentence: string) => void;
}

/** One worker, and the runs that follow each other on it. */
export interface Lane {
  /** Works on a run until it rests; a run that fails leaves a fresh worker to the next one. */
  readonly run: (opened: OpenedRun) => Promise<CellOutcome>;
  /** Ends the worker; `discard` also removes what it kept. */
  readonly close: (discard: boolean) => Promise<void>;
}

/** Opens lane `number` of those that share a directory; its worker starts with the first run. */
export function openLane(number: number, options: LaneOptions): Lane {
  const bench = createLaneBench(number, options);
  return { run: (opened) => runCell(opened, bench, options), close: bench.close };
}

async function runCell({ paths, isNew }: OpenedRun, bench: LaneBench, options: LaneOptions): Promise<CellOutcome> {
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
function createLaneBench(lane: number, { root, signal, note }: LaneOptions): LaneBench {
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
