import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemporaryDirectory } from '../../base/files/temporary-directory.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { withOwnWorker } from '../../features/own-worker.ts';
import { writeStore } from '../../features/store/store.ts';
import { posteriorOf } from '../../posterior/index.ts';
import { noiseOf } from '../../posterior/noise/index.ts';
import { noiseTypeOf } from '../../posterior/noise/noise-type-of.ts';
import { settled } from '../../posterior/settled.ts';
import type { NoiseModel } from '../../protocol/noise-models.ts';
import { posteriorPredict } from '../../protocol/operations/posterior-predict.ts';
import { workerStats } from '../../protocol/operations/worker-stats.ts';
import type { StoreRef } from '../../protocol/shapes.ts';
import { openStream } from '../../random/stream.ts';
import type { WorkerClient } from '../../worker/client.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import { int32Tensor } from '../../worker/tensors/tensor.ts';
import { describeMachine, type Machine } from './machine.ts';

/** How fast this machine works for one posterior, measured. */
export interface Trial {
  /** Until a worker can be asked. */
  readonly startSeconds: number;
  readonly secondsPerStep: number;
  readonly secondsPerAnswer: number;
  /** The most the worker's process held while it trained and predicted; features it has not read are not in it. */
  readonly memoryMiB: number;
}

/** Answers of the trial's store; features are small random numbers. */
const ANSWERS = 1024;
/** Seconds that a measured fit and a measured prediction should take, about. */
const AIM_SECONDS = 1;
const STEPS = { first: 2, least: 4, most: 256 } as const;

/** Why there can be no trial on this machine before a run, or null when there can be one. */
export const trialObjection = (config: ExperimentConfig): string | null =>
  config.worker.listen === null ? kindObjection(config) : 'its worker is on another host';

/** Why no machine's trial can tell what a run costs, or null when one can. */
export function kindObjection({ posterior }: ExperimentConfig): string | null {
  if (posteriorOf(posterior.type).costGrowsWith !== null) return null;
  return `posterior.type ${posterior.type} can be timed by its own runs only`;
}

/**
 * Trains and predicts for a few seconds with a posterior of the config on features of that dimension, in a worker of its own
 * that leaves nothing behind. @throws WorkerFailure
 */
export async function runTrial(
  config: ExperimentConfig,
  dimension: number,
  signal: AbortSignal,
): Promise<{ readonly trial: Trial; readonly machine: Machine }> {
  const directory = makeTemporaryDirectory('trial');
  try {
    const store = await writeTrialStore(join(directory, 'store'), dimension);
    const { device, threads, python } = config.worker;
    const begun = performance.now();
    return await withOwnWorker({ python: resolvePython(python), device, threads, signal }, async (worker) => {
      const { data } = await worker.call(workerStats, {}, {}, { signal });
      const startSeconds = secondsSince(begun);
      const trial = { startSeconds, ...(await measure({ config, store, worker, signal })) };
      return { trial, machine: describeMachine(worker, data.device) };
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function writeTrialStore(path: string, dimension: number): Promise<StoreRef> {
  const stream = openStream(['trial', dimension]);
  const { id } = await writeStore(path, {
    dataset: { name: 'trial', hash: '0'.repeat(64), counts: { items: 0, prompts: 0, responses: ANSWERS } },
    source: { type: 'trial' },
    prompts: { values: new Float32Array(0), dimension: 1 },
    responses: { values: Float32Array.from({ length: ANSWERS * dimension }, () => stream.uniform() - 0.5), dimension },
    splits: new Map(),
  });
  return { path, id };
}

interface TrialWork {
  readonly config: ExperimentConfig;
  readonly store: StoreRef;
  readonly worker: WorkerClient;
  readonly signal: AbortSignal;
}

/** What is measured was done once before, so that loading and first calls do not count. */
async function measure(work: TrialWork): Promise<Omit<Trial, 'startSeconds'>> {
  const first = await fit(STEPS.first, work);
  const steps = Math.min(STEPS.most, Math.max(STEPS.least, Math.floor((AIM_SECONDS * STEPS.first) / first.seconds)));
  const fitted = await fit(steps, work);
  const few = await predict(ANSWERS / 16, fitted.posterior, work);
  const answers = few * 16 > 2 * AIM_SECONDS ? ANSWERS / 16 : ANSWERS;
  const predicted = await predict(answers, fitted.posterior, work);
  const { data } = await work.worker.call(workerStats, {}, {}, { signal: work.signal });
  return {
    secondsPerStep: fitted.seconds / steps,
    secondsPerAnswer: predicted / answers,
    memoryMiB: Math.max(data.peakMiB, data.rssMiB),
  };
}

/** trialObjection() has refused kinds that run a file of the user's. */
async function fit(steps: number, { config, store, worker, signal }: TrialWork) {
  const { posterior } = config;
  const kind = posteriorOf(posterior.type);
  const { head, training } = settled(posterior);
  const tensors = {
    labelled: pairsOf(2 * steps * training.batch),
    validation: pairsOf(0),
    ...(kind.learnsFrom.pool && { pool: pairsOf(ANSWERS) }),
  };
  const asked = {
    store,
    member: 0,
    dataset: { path: '', hash: '' },
    settings: { head, training: { ...training, epochs: 1, evalEvery: steps + 1 } },
    noise: noiseOfTrial(posterior),
    folds: null,
    ties: 0,
    code: null,
    seed: 0,
    round: steps,
    tensors,
    call: { signal },
  };
  const begun = performance.now();
  const fitted = await kind.fit(posterior, asked, worker);
  return { posterior: fitted.posterior, seconds: secondsSince(begun) };
}

/** Of the run's kind, with what a round pays that chooses nothing by validation. */
function noiseOfTrial(posterior: ExperimentConfig['posterior']): NoiseModel {
  const chosen = posteriorOf(posterior.type).noiseChosenBy === 'fit' ? null : 1;
  return noiseOf(noiseTypeOf(posterior)).request(posterior.noise, { typicalDistance: 1, chosen });
}

async function predict(answers: number, posterior: string, { worker, signal }: TrialWork): Promise<number> {
  const begun = performance.now();
  await worker.call(posteriorPredict, { posterior }, { pairs: pairsOf(answers) }, { signal });
  return secondsSince(begun);
}

/** Pairs of so many answers, which come again when the store has fewer. */
const pairsOf = (answers: number) =>
  int32Tensor(
    Int32Array.from({ length: answers }, (_value, at) => at % ANSWERS),
    [answers / 2, 2],
  );

const secondsSince = (begun: number): number => (performance.now() - begun) / 1000;
