import { measureOf } from '../../context.ts';
import type { MeasureName, Pick, PolicyContext } from '../../policy.ts';

/**
 * What a policy that ranks by `measure` sees once some of the pool is picked: that is acquired and no longer in the
 * pool, with nothing learnt of it.
 */
export function withoutPicks(context: PolicyContext, picks: readonly Pick[], measure: MeasureName): PolicyContext {
  const gone = new Set(picks.map(({ item }) => item));
  const isLeft = Uint8Array.from(context.pool, (item) => (gone.has(item) ? 0 : 1));
  return {
    ...context,
    batch: context.batch - picks.length,
    pool: context.pool.filter((_, position) => isLeft[position] === 1),
    acquired: Int32Array.from([...context.acquired, ...gone]),
    measures: { [measure]: measureOf(context, measure).filter((_, position) => isLeft[position] === 1) },
  };
}
