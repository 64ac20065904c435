import type { RunPlan } from '../loop/plan.ts';
import { formatDuration } from './render-progress.ts';

/** What training costs at most, and how long earlier runs took. */
export function describeCost({
  trainingFlop,
  secondsFromEarlierRuns,
}: Pick<RunPlan, 'trainingFlop' | 'secondsFromEarlierRuns'>): string {
  const time =
    secondsFromEarlierRuns === null
      ? 'no comparable earlier run to time it by'
      : `about ${formatDuration(secondsFromEarlierRuns)} (median of earlier runs)`;
  const training =
    trainingFlop === null
      ? 'training that cannot be counted ahead'
      : `training at most ${trainingFlop.toExponential(1)} floating-point operations`;
  return `${training}; ${time}`;
}
