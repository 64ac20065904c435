import { CONFIDENCE, type Estimate } from '../statistics/estimate.ts';
import { studentInterval } from '../statistics/student-interval.ts';
import { anytimeInterval, type Bounds } from './anytime-interval.ts';
import type { SequenceStep } from './bet-cost.ts';
import type { ControlObservation } from './control-observation.ts';
import { mixtureInterval } from './mixture-interval.ts';

/**
 * A mean over all control items so far with 95 % intervals: `low` and `high` for a look at one time that was fixed before
 * (Student), `exact` for all times at once and any number of items (anytimeInterval).
 */
export interface SequentialEstimate extends Estimate {
  readonly items: number;
  readonly exact: Bounds;
}

/** Picks against as many random items; `anytime` is for all times at once, asymptotically (mixtureInterval). */
interface Advantage extends SequentialEstimate {
  readonly anytime: Bounds;
  /** Labels of each of both posteriors in the last round. */
  readonly labels: number;
}

/** What the control slices of a run say, nats a pair, probabilities clipped as by clipProbability(). */
export interface ControlEstimate {
  /** Mean over the rounds so far of the log-likelihood of the remaining pool under the posterior of the round. */
  readonly logLikelihood: SequentialEstimate;
  /** The same of the last round alone: its posterior, its few items. */
  readonly latest: Estimate & { readonly round: number };
  /**
   * Mean over the rounds so far of the log-likelihood of the remaining pool under a posterior of the policy's picks less that
   * under one of as many random items; null before the second batch.
   */
  readonly advantage: Advantage | null;
}

/** Estimates from what control slices showed; null where there is none. */
export function controlEstimate(observations: readonly ControlObservation[]): ControlEstimate | null {
  const last = observations.at(-1);
  if (last === undefined) return null;
  const differences = observations.flatMap(({ difference }) => difference ?? []);
  return {
    logLikelihood: sequentialEstimate(observations.map(({ level }) => level)),
    latest: { ...studentInterval(last.level.values), round: last.round },
    advantage: differences.length === 0 ? null : advantageOf(differences),
  };
}

function advantageOf(differences: readonly (SequenceStep & { readonly labels: number })[]): Advantage {
  const anytime = mixtureInterval(
    differences.flatMap(({ values }) => values),
    1 - CONFIDENCE,
  );
  return { ...sequentialEstimate(differences), anytime, labels: differences.at(-1)!.labels };
}

function sequentialEstimate(steps: readonly SequenceStep[]): SequentialEstimate {
  const values = steps.flatMap((step) => step.values);
  return {
    items: values.length,
    ...studentInterval(values),
    exact: anytimeInterval(steps, 1 - CONFIDENCE),
  };
}
