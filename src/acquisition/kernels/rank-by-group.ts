import { largest } from '../../math/largest.ts';
import type { PolicyContext } from '../policy.ts';

/** A position of the pool and the pass in which it is taken: 1 for the best of its group, 2 for the second best. */
export interface GroupedPosition {
  readonly position: number;
  readonly pass: number;
}

/**
 * The batch by descending score (the earlier position on ties) with at most one item a group; when the groups run
 * out before the batch is full they are gone through again, and the run says so. Without groups, prompts are groups.
 */
export function rankByGroup(context: PolicyContext, scores: Float64Array): readonly GroupedPosition[] {
  const groupOf = context.groups ?? context.promptOf;
  const wanted = Math.min(context.batch, context.pool.length);
  const taken = new Map<number, number>();
  const passes: GroupedPosition[][] = [[]];
  for (const position of largest(scores, scores.length)) {
    if (passes[0]!.length === wanted) break;
    const group = groupOf[context.pool[position]!]!;
    const pass = (taken.get(group) ?? 0) + 1;
    taken.set(group, pass);
    (passes[pass - 1] ??= []).push({ position, pass });
  }
  if (taken.size < wanted) context.note(fewGroups(context.round, taken.size, wanted));
  return passes.flat().slice(0, wanted);
}

const fewGroups = (round: number, groups: number, wanted: number): string =>
  `In round ${round} the pool has fewer groups (${groups}) than there are items to pick (${wanted}): groups are gone through again`;
