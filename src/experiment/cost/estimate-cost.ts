import type { ExperimentConfig } from '../../config/experiment.ts';
import type { RunPlan } from '../planning/plan.ts';
import { withSettings } from '../planning/with-settings.ts';
import type { Machine } from './machine.ts';
import type { MeasuredTrial } from './rates.ts';
import { kindObjection, type Trial, trialObjection } from './trial.ts';
import { TrialBench, type TrialOptions } from './trial-bench.ts';

/** What a run costs by trials, or why that cannot be told. */
export type CostEstimate =
  | {
      /** Training that never stops early, predictions and the start of the worker; choosing batches does not count. */
      readonly seconds: number;
      /** Of the longest round, with the start of the worker. */
      readonly roundSeconds: number;
      /** The most the worker held in the trial, the features it reads, and what predictions take. */
      readonly memoryMiB: number;
      readonly trial: Trial;
      /** Where and when the trial was made, where rates were given; null: on this machine just now. */
      readonly rates: { readonly machine: Machine; readonly date: string } | null;
    }
  | { readonly unknown: string };

/** Estimates of runs, and what was measured for them on this machine. */
export interface CostEstimates {
  readonly estimates: readonly CostEstimate[];
  readonly measured: readonly MeasuredTrial[];
  /** Null: nothing was measured here. */
  readonly machine: Machine | null;
}

/**
 * Estimates runs; those with the same posterior on features of the same size share a trial.
 * @throws BalpmError (usage) when given rates lack one.
 */
export async function estimateCosts(
  runs: readonly { readonly config: ExperimentConfig; readonly plan: RunPlan }[],
  options: TrialOptions,
): Promise<CostEstimates> {
  const { rates } = options;
  const from = rates === undefined ? null : { machine: rates.machine, date: rates.date };
  const bench = new TrialBench(options);
  const estimates: CostEstimate[] = [];
  for (const { config: given, plan } of runs) {
    const config = withSettings(given, plan.settings);
    const objection = rates === undefined ? trialObjection(config) : kindObjection(config);
    if (objection !== null) {
      estimates.push({ unknown: objection });
      continue;
    }
    const trials: (Trial | string)[] = [];
    for (const dimension of plan.dimensions) trials.push(await bench.trialOf(config, dimension));
    estimates.push(estimate(plan, trials, from));
  }
  return { estimates, measured: bench.measured, machine: bench.machine };
}

type Work = RunPlan['work']['lastRound'];

function estimate(
  { work, featureMiB, predictionMiB, promptMiB }: RunPlan,
  trials: readonly (Trial | string)[],
  rates: Extract<CostEstimate, { seconds: number }>['rates'],
): CostEstimate {
  const measured = trials.filter((trial) => typeof trial !== 'string');
  const [first] = measured;
  const failed = trials.find((trial) => typeof trial === 'string');
  if (failed !== undefined || first === undefined)
    return { unknown: `the trial failed: ${failed ?? 'nothing was tried'}` };
  const secondsOf = ({ steps, answers }: Work): number =>
    measured.reduce(
      (sum, { secondsPerStep, secondsPerAnswer }) => sum + steps * secondsPerStep + answers * secondsPerAnswer,
      first.startSeconds,
    );
  return {
    seconds: secondsOf(work),
    roundSeconds: secondsOf(work.lastRound),
    memoryMiB: Math.max(...measured.map(({ memoryMiB }) => memoryMiB)) + featureMiB + predictionMiB + promptMiB,
    trial: first,
    rates,
  };
}
