import { averageRanks } from '../math/average-ranks.ts';
import { uncertaintyOf } from '../measures/uncertainty-of.ts';
import { rankAt } from './rank-at.ts';
import type { RecomputedBatch } from './recompute-batch.ts';
import type { Revisit } from './revisit-batch.ts';

/** How far apart the two answers of a pick are, and how its uncertainty stands among pairs as far apart. */
export interface PairDistance {
  readonly value: number;
  /** Rank of the distance in the pool of the round: 1 is the largest, equal values share the best rank. */
  readonly rank: number;
  /** Share of the pairs in the same tenth of the pool by distance that are less uncertain, equal ones half. */
  readonly uncertaintyAmongSimilar: number;
}

const TENTHS = 10;

/** A function from an item of the pool to its distance. */
export async function pairDistances(
  { problem, workbench }: Revisit,
  { context }: RecomputedBatch,
): Promise<(item: number) => PairDistance> {
  const all = await workbench.pairDistances(problem, problem.store);
  const { pool } = context;
  const distances = Float64Array.from(pool, (item) => all[item]!);
  const uncertainty = uncertaintyOf(context.measures)?.values ?? new Float64Array(pool.length);
  const ranks = averageRanks(distances);
  const tenthOf = (position: number): number => Math.floor((TENTHS * (ranks[position]! - 0.5)) / pool.length);
  const positionOf = new Map(Array.from(pool, (item, position) => [item, position]));
  return (item) => {
    const position = positionOf.get(item)!;
    const similar = Array.from(pool.keys()).filter((other) => tenthOf(other) === tenthOf(position));
    return {
      value: distances[position]!,
      rank: rankAt(distances, position),
      uncertaintyAmongSimilar: standing(uncertainty, position, similar),
    };
  };
}

function standing(values: Float64Array, position: number, among: readonly number[]): number {
  const less = among.filter((other) => values[other]! < values[position]!).length;
  const equal = among.filter((other) => values[other] === values[position]).length;
  return (less + equal / 2) / among.length;
}
