import type { Pick, PolicyContext } from '../policy.ts';

/** What a policy sees once some of the pool is picked: it is acquired and no longer in the pool, with nothing learnt of it. */
export function withoutPicks(context: PolicyContext, picks: readonly Pick[]): PolicyContext {
  const gone = new Set(picks.map(({ item }) => item));
  const isLeft = context.pool.map((item) => (gone.has(item) ? 0 : 1));
  const remaining = (values: Float64Array): Float64Array => values.filter((_, position) => isLeft[position] === 1);
  return {
    ...context,
    batch: context.batch - picks.length,
    pool: context.pool.filter((_, position) => isLeft[position] === 1),
    acquired: Int32Array.from([...context.acquired, ...gone]),
    measures: Object.fromEntries(
      Object.entries(context.measures).map(([name, values]) => [name, values && remaining(values)]),
    ),
  };
}
