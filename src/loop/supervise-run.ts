import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { messageOf } from '../base/errors.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { openEventLog } from '../ledger/event-log.ts';
import type { RunEvent } from '../ledger/events.ts';
import { takeLock } from '../ledger/lock.ts';
import { markEnding, type RunPaths } from '../ledger/run-directory.ts';
import { openRunViews } from '../ledger/run-views.ts';
import { createOracle } from '../oracle/index.ts';
import { assertSameRun } from './identity.ts';
import { createRoundModel } from './posterior-model.ts';
import { type Outcome, runExperiment } from './run.ts';
import { writeRunEnvironment } from './run-environment.ts';
import type { RunState } from './state.ts';
import type { Workbench } from './workbench.ts';

/** What a supervised run needs. */
export interface SupervisedRun {
  readonly paths: RunPaths;
  readonly config: ExperimentConfig;
  readonly workbench: Workbench;
  readonly signal: AbortSignal;
  readonly observe: (event: RunEvent, state: RunState) => void;
  readonly note: (sentence: string) => void;
}

/** Runs an experiment in its directory: locked, its derived files kept in step, its ending marked whatever happens. */
export async function superviseRun(supervised: SupervisedRun): Promise<Outcome> {
  const { paths } = supervised;
  const release = takeLock(paths.lock);
  try {
    if (!isFinished(paths)) markEnding(paths, null);
    const outcome = await workOn(supervised);
    markEnding(paths, outcome.status === 'done' ? 'DONE' : 'PAUSED', outcome.status);
    return outcome;
  } catch (error) {
    markEnding(paths, 'FAILED', messageOf(error));
    throw error;
  } finally {
    release();
  }
}

async function workOn({ paths, config, workbench, signal, observe, note }: SupervisedRun): Promise<Outcome> {
  const log = openEventLog(paths.events, () => new Date());
  const views = openRunViews(paths, log.events());
  try {
    const problem = await workbench.prepare(config);
    assertSameRun(log.events()[0], config, problem);
    await writeRunEnvironment(paths, problem, workbench);
    const say = (sentence: string): void => {
      note(sentence);
      void logLine(paths, sentence);
    };
    return await runExperiment({
      config,
      problem,
      model: createRoundModel(config, problem, workbench),
      oracle: createOracle(config.oracle, problem, paths),
      log,
      signal,
      seconds: () => performance.now() / 1000,
      note: say,
      observe: (event, state) => {
        views.append(event);
        observe(event, state);
      },
    });
  } finally {
    views.close();
    log.close();
  }
}

const isFinished = (paths: RunPaths): boolean => existsSync(`${paths.root}/DONE`);

const logLine = (paths: RunPaths, message: string): Promise<void> =>
  appendFile(paths.log, `${JSON.stringify({ time: new Date().toISOString(), message })}\n`);
