import type { Dataset, SplitItems } from './dataset.ts';

/**
 * Pairs and prompts that the splits for measurement and validation share with the pool, in sentences: metrics of these
 * splits would depend on items that the model may be trained on.
 */
export function describeLeaks({ splits, manifest }: Dataset, pool: string, others: readonly string[]): string[] {
  const source = splits.get(pool);
  if (source === undefined) return [];
  const pairs = new Set(pairKeys(source, manifest.counts.responses));
  const prompts = new Set(source.prompts);
  return [...new Set(others)].flatMap((name) => {
    const split = name === pool ? undefined : splits.get(name);
    if (split === undefined) return [];
    const own = new Set(split.prompts);
    return [
      describe('pairs', name, pool, count(pairKeys(split, manifest.counts.responses), pairs)),
      describe('prompts', name, pool, count([...own], prompts)),
    ].flat();
  });
}

/** A pair is its two response rows, whichever side they are on. */
const pairKeys = ({ a, b }: SplitItems, responses: number): number[] =>
  Array.from(a, (row, index) => {
    const other = b[index] as number;
    return Math.min(row, other) * responses + Math.max(row, other);
  });

interface Shared {
  readonly shared: number;
  readonly all: number;
}

const count = (keys: readonly number[], known: ReadonlySet<number>): Shared => ({
  shared: keys.filter((key) => known.has(key)).length,
  all: keys.length,
});

const describe = (what: string, name: string, pool: string, { shared, all }: Shared): string[] =>
  shared === 0 ? [] : [`${what} of '${name}' that are also in '${pool}', the pool: ${shared} of ${all}`];
