import { hashOf } from '../base/canonical-json.ts';
import { messageOf } from '../base/errors.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import type { RunPlan } from './plan.ts';
import { runTrial, type Trial, trialObjection } from './trial.ts';

/** What a run costs by a trial on this machine, or why that cannot be told. */
export type CostEstimate =
  | {
      /** Training that never stops early, predictions and the start of the worker; choosing batches does not count. */
      readonly seconds: number;
      /** The worker's memory after the trial, and the features it reads. */
      readonly memoryMiB: number;
      readonly trial: Trial;
    }
  | { readonly unknown: string };

/** Estimates runs; those with the same posterior on features of the same size share a trial. */
export async function estimateCosts(
  runs: readonly { readonly config: ExperimentConfig; readonly plan: RunPlan }[],
  signal: AbortSignal,
): Promise<CostEstimate[]> {
  const trials = new Map<string, Trial | string>();
  const estimates: CostEstimate[] = [];
  for (const { config, plan } of runs) {
    const objection = trialObjection(config);
    if (objection !== null) {
      estimates.push({ unknown: objection });
      continue;
    }
    const found: (Trial | string)[] = [];
    for (const dimension of plan.dimensions) found.push(await trialOf(config, dimension, trials, signal));
    estimates.push(estimate(plan, found));
  }
  return estimates;
}

/** The trial, or why it failed: a plan is worth having without. */
async function trialOf(
  config: ExperimentConfig,
  dimension: number,
  known: Map<string, Trial | string>,
  signal: AbortSignal,
): Promise<Trial | string> {
  const { device, threads, python } = config.worker;
  const key = hashOf({ posterior: config.posterior, worker: { device, threads, python }, dimension });
  const trial = known.get(key) ?? (await runTrial(config, dimension, signal).catch(messageOf));
  known.set(key, trial);
  return trial;
}

function estimate({ work, featureMiB }: RunPlan, trials: readonly (Trial | string)[]): CostEstimate {
  const measured = trials.filter((trial) => typeof trial !== 'string');
  const [first] = measured;
  const failed = trials.find((trial) => typeof trial === 'string');
  if (failed !== undefined || first === undefined)
    return { unknown: `the trial failed: ${failed ?? 'nothing was tried'}` };
  const seconds = measured.map(
    ({ secondsPerStep, secondsPerAnswer }) => work.steps * secondsPerStep + work.answers * secondsPerAnswer,
  );
  return {
    seconds: first.startSeconds + seconds.reduce((sum, one) => sum + one, 0),
    memoryMiB: Math.max(...measured.map(({ memoryMiB }) => memoryMiB)) + featureMiB,
    trial: first,
  };
}
