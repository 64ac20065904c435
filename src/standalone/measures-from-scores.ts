import type { MeasureName } from '../acquisition/policy.ts';
import { type BalpmError, dataError, usageError } from '../base/errors.ts';

/** A score for every item, whatever it measures. */
export type Scores = Float32Array | Float64Array;

/**
 * The scores of the pool (float64) under the name of the measure the policy asks for; nothing when it asks for none.
 * Scores of other items are not looked at.
 * @throws BalpmError (usage) when there are none, or one score cannot stand for all that is asked for; (data) when
 * there is not one for every item, or that of an item in the pool is not finite.
 */
export function measuresFromScores(
  scores: Scores | undefined,
  asked: readonly MeasureName[],
  { policy, pool, size }: { readonly policy: string; readonly pool: Int32Array; readonly size: number },
): Readonly<Partial<Record<MeasureName, Float64Array>>> {
  const [measure, ...more] = asked;
  if (measure === undefined) return {};
  if (more.length > 0)
    throw usageError(`Cannot use policy '${policy}': it asks for ${asked.join(' and ')}, one measure is needed`);
  if (scores === undefined)
    throw usageError(`Cannot use policy '${policy}': it ranks by ${measure}, scores of every item are needed`);
  if (scores.length !== size)
    throw refusal(`there are ${scores.length}`, `one for each of ${size} items, also the acquired, is needed`);
  return { [measure]: Float64Array.from(pool, (item) => finite(scores, item)) };
}

function finite(scores: Scores, item: number): number {
  const score = scores[item]!;
  if (!Number.isFinite(score)) throw refusal(`item ${item} has ${score}`, 'a finite number is needed');
  return score;
}

const refusal = (found: string, needed: string): BalpmError => dataError(`Cannot use the scores: ${found}, ${needed}`);
