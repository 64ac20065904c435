import { z } from 'zod';
import type { Estimate } from './statistics/estimate.ts';

/** Fewest paired seeds on which a verdict may be yes or no. */
export const SEEDS_NEEDED = 5;
const SIGNIFICANCE = 0.05;

/**
 * The answer to "does the policy beat the baseline": yes or no (it is worse) when the Holm-adjusted paired t-test has
 * p ≤ 0.05 and the bootstrap interval of the difference lies on one side of zero; undecided otherwise, with the reason.
 */
export const Verdict = z.strictObject({ answer: z.enum(['yes', 'no', 'undecided']), reason: z.string() });
export type Verdict = z.infer<typeof Verdict>;

/** What a verdict is made of; `gain` is the mean paired difference of the areas, oriented so that up is better. */
export interface Evidence {
  readonly gain: Estimate;
  readonly pAdjusted: number;
  readonly seeds: number;
}

/** Decides from the evidence of one policy in one metric on one split. */
export function decideVerdict({ gain, pAdjusted, seeds }: Evidence): Verdict {
  if (seeds < SEEDS_NEEDED)
    return undecided(`${seeds} paired ${seeds === 1 ? 'seed' : 'seeds'}, at least ${SEEDS_NEEDED} are needed`);
  if (gain.low === null || gain.high === null) return undecided('the difference has no interval');
  if (gain.low <= 0 && gain.high >= 0) return undecided('the interval of the difference contains zero');
  if (!(pAdjusted <= SIGNIFICANCE))
    return undecided(`the adjusted p value is ${pAdjusted.toPrecision(2)}, at most ${SIGNIFICANCE} is needed`);
  return gain.low > 0
    ? { answer: 'yes', reason: 'the whole interval of the difference is better' }
    : { answer: 'no', reason: 'the whole interval of the difference is worse' };
}

const undecided = (reason: string): Verdict => ({ answer: 'undecided', reason });
