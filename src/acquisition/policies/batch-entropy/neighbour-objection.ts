import type { PoolSize } from '../../policy.ts';
import type { KsgSwitches } from './switches.ts';

/** More neighbours than the pool has from the start is a mistake; fewer later on is the pool running out. */
export function neighbourObjection(
  { k, switches }: { readonly k: number; readonly switches: Pick<KsgSwitches, 'duplicates' | 'selfCounts'> },
  { items, prompts }: PoolSize,
): string | null {
  const counted = switches.duplicates === 'distinct' ? prompts : items;
  const available = switches.selfCounts ? counted : counted - 1;
  return k <= available ? null : `k ${k}: an item of the pool has ${available} neighbours, at most that is needed`;
}
