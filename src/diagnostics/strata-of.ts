/** How many items of the pool and how many picks fall into one stratum. */
export interface Stratum {
  readonly pool: number;
  readonly picks: number;
}

/**
 * Cuts the pool into strata of as equal a size as ties allow, by value: equal values are in one stratum, so that some may
 * be empty. Both lists ascending.
 */
export function strataOf(pool: Float64Array, picks: Float64Array, count: number): Stratum[] {
  const cuts = Array.from({ length: count + 1 }, (_, stratum) =>
    stratum === 0
      ? Number.NEGATIVE_INFINITY
      : stratum === count
        ? Number.POSITIVE_INFINITY
        : pool[Math.floor((stratum * pool.length) / count)]!,
  );
  const [below, picked] = [pool, picks].map((values) => cuts.map((cut) => countBelow(values, cut)));
  return Array.from({ length: count }, (_, stratum) => ({
    pool: below![stratum + 1]! - below![stratum]!,
    picks: picked![stratum + 1]! - picked![stratum]!,
  }));
}

function countBelow(ascending: Float64Array, cut: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < cut) low = middle + 1;
    else high = middle;
  }
  return low;
}
