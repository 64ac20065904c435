import { ranksAt } from '../../math/ranks-at.ts';
import { drawIndices } from '../../random/draw-indices.ts';
import type { MeasureName, PolicyContext } from '../policy.ts';
import { chanceOfBest } from './chance-of-best.ts';
import type { Drawn } from './drawn.ts';

/** What the groups are compared by, and how many items each has at most. */
export interface GroupRule {
  readonly measure: MeasureName;
  /** The measure of every position. */
  readonly values: Float64Array;
  readonly group: number;
}

/**
 * The best of each of B disjoint groups of m random items (the earlier in the pool on ties), in the order of the
 * groups. A pool of N < B·m items makes B groups of ⌊N/B⌋. The item of rank r is picked with probability exactly
 * (B·m/N) · C(N − r, m − 1)/C(N − 1, m − 1): it must be in a group, and the best of it.
 */
export function drawBestOf(context: PolicyContext, { measure, values, group: asked }: GroupRule): Drawn {
  const size = values.length;
  const groups = Math.min(context.batch, size);
  const group = groups === 0 ? 0 : Math.min(asked, Math.floor(size / groups));
  if (group < asked && groups > 0) context.note(smallGroups(context.round, { size, groups, group, asked }));
  const drawn = drawIndices(context.stream, size, groups * group);
  const positions = Array.from({ length: groups }, (_, number) =>
    drawn.subarray(number * group, (number + 1) * group).reduce((best, other) => better(values, best, other)),
  );
  return {
    positions,
    describe: (described) => {
      const ranks = ranksAt(values, described);
      return described.map((position, index) => ({
        score: values[position]!,
        terms: { [measure]: values[position]!, rank: ranks[index]! },
        inclusion: ((groups * group) / size) * chanceOfBest(ranks[index]!, { size, group }),
      }));
    },
  };
}

function better(values: Float64Array, one: number, other: number): number {
  if (values[one] === values[other]) return Math.min(one, other);
  return values[one]! > values[other]! ? one : other;
}

interface Groups {
  readonly size: number;
  readonly groups: number;
  readonly group: number;
  readonly asked: number;
}

const smallGroups = (round: number, { size, groups, group, asked }: Groups): string =>
  `In round ${round} the pool (${size} items) is too small for ${groups} groups of ${asked}: each has ${group}`;
