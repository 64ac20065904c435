import { join } from 'node:path';
import { usageError } from '../../base/errors.ts';
import { hashOf } from '../../base/text/canonical-json.ts';
import { sharedIdentity } from '../../config/identity.ts';
import type { SweepCell } from '../../config/sweep.ts';
import { type CellEstimate, estimateCells } from '../../experiment/cost/estimate-cells.ts';
import type { TrialOptions } from '../../experiment/cost/trial-bench.ts';
import { planRuns } from '../../experiment/planning/plan.ts';
import { inputsKey } from '../../loop/problem/inputs.ts';
import { type JobShape, warnSecondsOf } from '../site/profile.ts';

/** Cost of each cell, in the order of the cells. */
export interface CampaignEstimate {
  readonly cells: readonly CellEstimate[];
  /** Basis of the figures, in one sentence. */
  readonly basis: string;
}

/** Estimates cells; cells that differ only in policy and seed cost the same. @throws BalpmError as estimateCells. */
export async function estimateCampaign(
  cells: readonly SweepCell[],
  root: string,
  options: TrialOptions,
): Promise<CampaignEstimate> {
  const { kinds, kindOf } = distinguish(cells);
  const asked = kinds.map(({ id, loaded }) => ({ config: loaded.config, root: join(root, id) }));
  const { cells: estimates, basis } = await estimateCells(asked, options);
  return { cells: kindOf.map((kind) => estimates[kind] as CellEstimate), basis };
}

/** One cell per distinct cost, and for every cell the index of its representative. */
function distinguish(cells: readonly SweepCell[]) {
  const known = new Map<string, number>();
  const kinds: SweepCell[] = [];
  const kindOf = cells.map((cell) => {
    const { config } = cell.loaded;
    const key = hashOf({ inputs: inputsKey(config), shared: sharedIdentity(config) });
    const kind = known.get(key) ?? kinds.push(cell) - 1;
    known.set(key, kind);
    return kind;
  });
  return { kinds, kindOf };
}

/** Operations per second, and seconds per job, of the slowest machine considered. */
const SLOWEST = { flops: 1e9, startSeconds: 120 } as const;

/** The time limit minus the time before it at which Slurm may warn. */
const usableSeconds = (job: JobShape): number => 60 * job.minutes - warnSecondsOf(job);

/**
 * Rejects a time limit in which no round can finish, because such a run would restart for ever. Runs no trial if even a
 * very slow machine would finish. A job with GPUs is faster than the trial here, so a short limit is only a warning,
 * unless `options.rates` are those of such a machine.
 * @throws BalpmError (usage) with the estimate
 */
export async function assertRoundsFit(
  cells: readonly SweepCell[],
  { root, job, note, ...options }: TrialOptions & RoundCheck,
): Promise<void> {
  const { kinds } = distinguish(cells);
  if (await doRoundsFitAnywhere(kinds, root, job)) return;
  const { cells: estimates, basis } = await estimateCampaign(kinds, root, options);
  const longest = Math.max(...estimates.map((estimate) => ('unknown' in estimate ? 0 : estimate.secondsPerRound)));
  if (longest <= usableSeconds(job)) return;
  const found = `job.minutes is ${job.minutes}, which leaves ${spanOf(Math.max(0, usableSeconds(job)))} before Slurm warns, but the longest round takes about ${spanOf(longest)} by ${basis}`;
  const remedy = 'give a longer limit (--job minutes=N), or --rates of the machine that the jobs run on';
  if (job.gpus > 0 && options.rates === undefined) note(`note: the time limit may be too short: ${found}; ${remedy}`);
  else throw usageError(`Cannot submit into '${root}': ${found}; ${remedy}`);
}

const spanOf = (seconds: number): string =>
  seconds < 120 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

/** Inputs to the check of a time limit. */
export interface RoundCheck {
  readonly root: string;
  readonly job: JobShape;
  readonly note: (sentence: string) => void;
}

async function doRoundsFitAnywhere(kinds: readonly SweepCell[], root: string, job: JobShape): Promise<boolean> {
  const plans = await planRuns(kinds.map(({ id, loaded }) => ({ config: loaded.config, root: join(root, id) })));
  return plans.every(({ trainingFlop, work }) => {
    if (trainingFlop === null) return true; // the cost of a custom model is unknown
    const flop = 2 * trainingFlop * (work.lastRound.steps / work.steps);
    return SLOWEST.startSeconds + flop / SLOWEST.flops <= usableSeconds(job);
  });
}
