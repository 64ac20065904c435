import type { SequenceStep } from './bet-cost.ts';

/** What the control slice of a batch showed once it was labelled. */
export interface ControlObservation {
  readonly round: number;
  /** Log-likelihoods under the run's posterior of the round before. */
  readonly level: SequenceStep;
  /** Log-likelihood under the posterior of picks less that under the posterior of random items; null in the first batch. */
  readonly difference: (SequenceStep & { readonly labels: number }) | null;
}
