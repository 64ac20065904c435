import type { ExperimentConfig } from '../../config/experiment.ts';
import { describeAbsent } from '../planning/describe-absent.ts';
import { planRuns, type RunPlan } from '../planning/plan.ts';
import { describeBasis } from './describe-basis.ts';
import { type CostEstimate, type CostEstimates, estimateCosts } from './estimate-cost.ts';
import type { TrialOptions } from './trial-bench.ts';

/** What one cell needs of a machine, each at most about, or why that cannot be told. */
export type CellEstimate =
  | {
      /** Of the whole run, and of its longest round, with the start of the worker each; choosing batches does not count. */
      readonly seconds: number;
      readonly secondsPerRound: number;
      /** Memory of the worker. */
      readonly memoryMiB: number;
      /** The run directory while it works: what stays and what does not. */
      readonly diskMiB: number;
    }
  | { readonly unknown: string };

/** Estimates of cells in their order, and what was measured for them here. */
export interface CellEstimates extends Pick<CostEstimates, 'measured' | 'machine'> {
  readonly cells: readonly CellEstimate[];
  /** What the figures rest on, in one sentence. */
  readonly basis: string;
}

/**
 * Estimates the cells of a sweep without starting one; thousands take seconds, as a trial is made for every posterior and
 * dimension once, or taken from `rates` of another machine.
 * @throws BalpmError as the runs would; (usage) when the rates lack a trial.
 */
export async function estimateCells(
  cells: readonly { readonly config: ExperimentConfig; readonly root: string }[],
  options: TrialOptions,
): Promise<CellEstimates> {
  const plans = await planRuns(cells);
  const planned = plans.map((plan, index) => ({ plan, config: (cells[index] as (typeof cells)[number]).config }));
  const { estimates, ...measured } = await estimateCosts(planned, options);
  return {
    ...measured,
    cells: estimates.map((estimate, index) => cellEstimate(estimate, plans[index] as RunPlan)),
    basis: basisOf(estimates, plans),
  };
}

function cellEstimate(estimate: CostEstimate, { disk }: RunPlan): CellEstimate {
  if ('unknown' in estimate) return estimate;
  const { seconds, roundSeconds, memoryMiB } = estimate;
  return { seconds, secondsPerRound: roundSeconds, memoryMiB, diskMiB: disk.keptMiB + (disk.workMiB ?? 0) };
}

function basisOf(estimates: readonly CostEstimate[], plans: readonly RunPlan[]): string {
  const timed = estimates.find((estimate) => 'seconds' in estimate);
  const times = timed === undefined ? 'no trial' : `${describeBasis(timed)}, choosing batches not counted`;
  return [times, ...describeAbsent(plans, (path) => path)].join('; ');
}
