import type { Pick } from '../policy.ts';

/** What is known of the item at one position of the pool once a batch is drawn. */
interface DrawnFacts extends Omit<Pick, 'item' | 'inclusion'> {
  /** Probability that the item is in the batch, given all that was drawn for the other items. */
  readonly inclusion: number;
}

/** A batch drawn at random by a rule that knows how likely every item was to be in it. */
export interface Drawn {
  /** Positions of the pool, in the order they were drawn. */
  readonly positions: readonly number[];
  /** Score, terms and inclusion probability of some positions, drawn or not. */
  readonly describe: (positions: readonly number[]) => readonly DrawnFacts[];
}
