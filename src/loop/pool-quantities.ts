import type { PolicyContext } from '../acquisition/policy.ts';
import type { AnswerLengths } from '../diagnostics/answer-lengths.ts';
import type { Problem } from './problem/problem.ts';

/**
 * Numbers of the items of a pool that a batch may over-represent, by name, aligned with the pool: the share of the pool that
 * has the item's prompt, lengths of the answers where known, columns that came with the data.
 */
export function poolQuantities(
  { pool, promptOf }: Pick<PolicyContext, 'pool' | 'promptOf'>,
  { columns }: Pick<Problem, 'columns'>,
  lengths: AnswerLengths | null,
): ReadonlyMap<string, Float64Array> {
  const itemsOf = new Map<number, number>();
  for (const item of pool) itemsOf.set(promptOf[item]!, (itemsOf.get(promptOf[item]!) ?? 0) + 1);
  const at = (values: Float64Array): Float64Array => Float64Array.from(pool, (item) => values[item]!);
  return new Map([
    ['promptShare', Float64Array.from(pool, (item) => itemsOf.get(promptOf[item]!)! / pool.length)],
    ...(lengths === null
      ? []
      : ([
          ['shorterAnswer', at(lengths.shorter)],
          ['longerAnswer', at(lengths.longer)],
        ] as const)),
    ...[...columns].map(([name, values]) => [`external:${name}`, at(values)] as const),
  ]);
}
