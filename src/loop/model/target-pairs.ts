import { drawWithoutReplacement, openStream } from '../../random/stream.ts';
import type { Problem } from '../problem/problem.ts';

/** Pairs a policy may judge by at most: more of them change the mean of a score little and cost as much again. */
export const MOST_TARGETS = 256;

/** Rows (a, b) of the run's first evaluated split, n × 2, drawn by seed when it has more than 256. Labels are not read. */
export function targetPairs({ evaluated }: Pick<Problem, 'evaluated'>, seed: number): Int32Array {
  const pairs = evaluated[0]?.pairs ?? new Int32Array(0);
  const every = Array.from({ length: pairs.length / 2 }, (_, pair) => pair);
  if (every.length <= MOST_TARGETS) return pairs;
  const drawn = drawWithoutReplacement(openStream([seed, 'targets']), every, MOST_TARGETS).sort((a, b) => a - b);
  return Int32Array.from(drawn.flatMap((pair) => [pairs[2 * pair]!, pairs[2 * pair + 1]!]));
}
