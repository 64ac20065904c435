import type { Arms } from './arms.ts';
import type { Question } from './compare-policies.ts';
import type { Estimate } from './statistics/estimate.ts';
import { studentInterval } from './statistics/student-interval.ts';

/** What labelling the whole pool at once comes to: mean over such runs with its Student interval, null without any. */
export function upperBound({ upperBounds }: Arms, { metric, split }: Question): Estimate | null {
  const values = upperBounds.flatMap(({ rounds }) => rounds.at(-1)?.splits[split]?.[metric] ?? []);
  return values.length === 0 ? null : studentInterval(values);
}
