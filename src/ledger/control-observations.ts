import { probabilityOf } from '../data/label.ts';
import type { ControlObservation } from '../evaluation/control/control-observation.ts';
import { readAnswers } from './answers.ts';
import type { RunEvent } from './events.ts';

type BatchSelected = Extract<RunEvent, { type: 'batch.selected' }>;

/** The observations of a run in order; empty without a control. */
export function controlObservations(events: readonly RunEvent[]): ControlObservation[] {
  const batches = new Map(events.flatMap((event) => (event.type === 'batch.selected' ? [[event.round, event]] : [])));
  const observed: ControlObservation[] = [];
  for (const event of events) {
    if (event.type !== 'labels.received') continue;
    const batch = batches.get(event.round);
    if (batch?.control !== undefined) observed.push(observe(batch, readAnswers(event).map(probabilityOf), observed));
  }
  return observed;
}

/** `labels` are the probabilities that a is preferred, in the order of the batch. */
function observe(
  batch: BatchSelected,
  labels: readonly number[],
  before: readonly ControlObservation[],
): ControlObservation {
  const { run, bounds, arms } = batch.control!;
  const likelihoods = (probabilities: readonly number[]): number[] =>
    probabilities.map((p, item) => labels[item]! * Math.log(p) + (1 - labels[item]!) * Math.log(1 - p));
  const centre = guess(before, bounds);
  const level = {
    values: likelihoods(run),
    centre,
    range: Math.max(centre - bounds[0], bounds[1] - centre),
  };
  if (arms === undefined) return { round: batch.round, level, difference: null };
  const [picked, random] = [likelihoods(arms.picked), likelihoods(arms.random)];
  const values = picked.map((value, item) => value - random[item]!);
  const difference = { values, centre: 0, range: arms.largestDifference, labels: arms.labels };
  return { round: batch.round, level, difference };
}

/** The mean of earlier observations; ½ for the first. */
function guess(before: readonly ControlObservation[], [least, most]: readonly [number, number]): number {
  const values = before.flatMap(({ level }) => level.values);
  const mean = values.length === 0 ? -Math.LN2 : values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.min(most, Math.max(least, mean));
}
