import type { Labels } from '../../data/labels.ts';
import { labelsAt } from '../../data/labels.ts';
import { seenPositions, type TieRule } from './ties.ts';

/** A split metrics are computed on: rows (a, b) n × 2 and n labels. */
export interface EvaluatedSplit {
  readonly name: string;
  readonly pairs: Int32Array;
  readonly labels: Labels;
}

/** The split without the items that `labels.ties` leaves out. */
export function seenSplit({ name, pairs, labels }: EvaluatedSplit, ties: TieRule): EvaluatedSplit {
  const seen = seenPositions(labels, ties);
  const rows = new Int32Array(2 * seen.length);
  seen.forEach((position, index) => rows.set(pairs.subarray(2 * position, 2 * position + 2), 2 * index));
  return { name, pairs: rows, labels: labelsAt(labels, seen) };
}
