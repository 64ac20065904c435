import { describeBasis } from '../../experiment/cost/describe-basis.ts';
import type { CostEstimate } from '../../experiment/cost/estimate-cost.ts';
import { formatDuration } from './render-progress.ts';

/** What runs cost together, and what that rests on. */
export interface Cost {
  readonly secondsFromEarlierRuns: number | null;
  readonly estimate: CostEstimate;
  /** Whether people answer, whose time is not in it. */
  readonly byPeople: boolean;
}

/** Hours and memory, each with what it rests on: `about 4 min (median of earlier runs); …`. */
export function describeCost({ secondsFromEarlierRuns, estimate, byPeople }: Cost): string[] {
  const people = byPeople ? ', without the time people take' : '';
  const earlier =
    secondsFromEarlierRuns === null
      ? 'no comparable earlier run to time it by'
      : `about ${formatDuration(secondsFromEarlierRuns)} (median of earlier runs)${people}`;
  if ('unknown' in estimate) return [`${earlier}; no trial: ${estimate.unknown}`];
  const { seconds, memoryMiB } = estimate;
  const memory = `${(memoryMiB / 1024).toFixed(1)} GiB of memory`;
  const basis = describeBasis(estimate);
  return secondsFromEarlierRuns === null
    ? [`at most about ${formatDuration(seconds)}${people}, ${memory}`, `by ${basis}; ${earlier}`]
    : [earlier, `at most about ${formatDuration(seconds)}, ${memory}, by ${basis}`];
}
