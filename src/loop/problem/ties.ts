import type { ExperimentConfig } from '../../config/experiment.ts';
import type { Labels } from '../../data/labels.ts';

/** What `labels.ties` says. */
export type TieRule = ExperimentConfig['labels']['ties'];

/**
 * Positions of the labels that training and metrics see: all of them, or with `drop` those that are no tie (exactly ½).
 * The one place where it is decided what is left out; a tie that is kept has the target ½.
 */
export function seenPositions({ probabilities }: Labels, ties: TieRule): Int32Array {
  const all = Int32Array.from(probabilities.keys());
  return ties === 'drop' ? all.filter((position) => probabilities[position] !== 0.5) : all;
}
