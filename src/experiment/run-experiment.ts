import { join, resolve } from 'node:path';
import type { ExperimentConfig } from '../config/experiment.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { digestEvents } from '../ledger/digest.ts';
import type { RunEvent } from '../ledger/events.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { findRun, type RunPaths, readRunConfig } from '../ledger/run-directory.ts';
import { chooseRunId } from '../ledger/run-id.ts';
import { assertTrusted } from '../ledger/trust/assert-trusted.ts';
import { trustRun } from '../ledger/trust/trust-run.ts';
import type { Outcome } from '../loop/run.ts';
import { type RunState, replay } from '../loop/state.ts';
import type { Waiting } from '../oracle/oracle.ts';
import { type OpenedRun, openRun } from './open-run.ts';
import { openWorkbench } from './open-workbench.ts';
import { isStop, superviseRun } from './supervise-run.ts';

/** A run that is about to be worked on. */
export interface StartedRun {
  readonly id: string;
  /** Absolute path of the run directory. */
  readonly directory: string;
  readonly config: ExperimentConfig;
}

/** How to follow and stop the work on a run. */
export interface RunListeners {
  /** Aborting ends the step under way and saves it; the result's status is 'stopped'. */
  readonly signal?: AbortSignal;
  /** Called once, when the run directory is there. */
  readonly onStart?: (run: StartedRun) => void;
  /** Called after each event is on disk, with the state it led to. */
  readonly onEvent?: (event: RunEvent, state: RunState) => void;
  /** Called with a sentence worth telling a person. */
  readonly onNote?: (sentence: string) => void;
}

/** An experiment to run: a YAML file with `key=value` overrides, or a configuration that is loaded already. */
export type ExperimentOptions = RunListeners &
  (
    | {
        readonly config: string;
        readonly overrides?: readonly string[];
        /** What the file and overrides do not say is taken from it: `paper` (BAL-PM as published) or `reference`. */
        readonly preset?: string;
      }
    | { readonly config: LoadedConfig; readonly overrides?: never; readonly preset?: never }
  ) & {
    /** Name of the run, hence of its directory below `output.dir`. Default: time, name, policy, seed, random characters. */
    readonly id?: string;
    /** Go on with the run of that id when it exists; otherwise an existing one is refused. */
    readonly orResume?: boolean;
  };

/** How to go on with a run. */
type ResumeOptions = RunListeners & {
  /** Where a run that is named by its id is looked for. Default: `runs`. */
  readonly runsDir?: string;
  /** Displace an owner of whom it cannot be known whether it lives, one of an earlier version on another host. */
  readonly takeOver?: boolean;
  /** Run the code that the directory names although this user did not start the run on this machine. */
  readonly trust?: boolean;
};

type RunToWorkOn = Pick<OpenedRun, 'paths' | 'isNew'> & { readonly takeOver?: boolean };

interface Ended {
  readonly id: string;
  /** Absolute path of the run directory. */
  readonly directory: string;
  /** SHA-256 of the events without times, 64 hexadecimal digits: equal runs have equal digests. */
  readonly digest: string;
  readonly state: RunState;
}

/** How a run came to rest: all rounds done, stopped on request, or waiting for people's labels. */
export type ExperimentResult =
  | (Ended & { readonly status: 'done' | 'stopped' })
  | (Ended & { readonly status: 'waiting'; readonly waiting: Waiting });

/**
 * Runs an experiment as `balpm run` does, in a directory of its own, until it is done, waits for labels or is stopped.
 * @throws BalpmError usage (configuration, id), data, environment, worker (a lost worker, failed training); a run that
 * has begun stays resumable.
 */
export async function runExperiment(options: ExperimentOptions): Promise<ExperimentResult> {
  const { config: given, overrides, preset = null, id, orResume = false } = options;
  const loaded = typeof given === 'string' ? await loadConfig(given, overrides, preset) : given;
  const root = join(loaded.config.output.dir, chooseRunId(id, loaded.config));
  return workOn(await openRun(root, loaded, orResume), options);
}

/**
 * Goes on with a run as `balpm resume` does; one that is done is given back as it is. `run` is its directory, or its id
 * below `runsDir`. Code that the directory names (a Python, a class, a program) runs only where this user started the run
 * on this machine, or with `trust`, which holds from then on.
 * @throws BalpmError as `runExperiment`.
 */
export async function resumeExperiment(run: string, options: ResumeOptions = {}): Promise<ExperimentResult> {
  const { runsDir = 'runs', takeOver = false } = options;
  const paths = findRun(run, runsDir);
  const config = await readRunConfig(paths);
  if (options.trust) trustRun(paths, config, options.onNote ?? ignore);
  else assertTrusted(paths, config, () => isUnfinished(paths));
  return workOn({ paths, isNew: false, takeOver }, options);
}

async function workOn(opened: RunToWorkOn, listeners: RunListeners): Promise<ExperimentResult> {
  const { paths } = opened;
  const config = await readRunConfig(paths);
  const place = { id: paths.id, directory: resolve(paths.root) };
  listeners.onStart?.({ ...place, config });
  const outcome = await supervise(opened, config, listeners);
  return { ...place, ...outcome, digest: digestEvents(readLedger(paths)) };
}

async function supervise(
  { paths, ...opened }: RunToWorkOn,
  config: ExperimentConfig,
  { signal = new AbortController().signal, onEvent = ignore, onNote = ignore }: RunListeners,
): Promise<Outcome> {
  const { worker, output } = config;
  const { workerLog, calls, work, connectionFile } = paths;
  const places = { cacheDir: output.dir, workerLog, calls, work, connectionFile };
  const workbench = openWorkbench({ worker, ...places, signal, note: onNote });
  let isDone = false;
  try {
    const outcome = await superviseRun({ paths, ...opened, config, workbench, signal, observe: onEvent, note: onNote });
    isDone = outcome.status === 'done';
    return outcome;
  } catch (error) {
    if (!isStop(error)) throw error;
    return { status: 'stopped', state: replay(readLedger(paths)) };
  } finally {
    await workbench.close(isDone);
  }
}

/** A ledger that cannot be read is no reason to run what its directory names. */
function isUnfinished(paths: RunPaths): boolean {
  try {
    return !replay(readLedger(paths)).finished;
  } catch {
    return true;
  }
}

const ignore = (): void => undefined;
