import type { PolicyContext } from '../../../src/acquisition/policy.ts';

/**
 * Clustered rank from its rule, item by item: of the items whose group was used least, the one with the largest score,
 * the earliest in the pool on ties. Shares no code with the policies.
 */
export function rankSlowlyByGroup(
  { pool, batch, groups, promptOf }: PolicyContext,
  scores: readonly number[],
): number[] {
  const groupOf = (position: number): number => (groups ?? promptOf)[pool[position]!]!;
  const picked: number[] = [];
  while (picked.length < Math.min(batch, pool.length)) {
    const left = [...pool.keys()].filter((position) => !picked.includes(position));
    const uses = left.map((position) => picked.filter((other) => groupOf(other) === groupOf(position)).length);
    const fresh = left.filter((_, index) => uses[index] === Math.min(...uses));
    const best = Math.max(...fresh.map((position) => scores[position]!));
    picked.push(fresh.find((position) => scores[position] === best)!);
  }
  return picked.map((position) => pool[position]!);
}
