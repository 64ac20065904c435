import type { ControlSlice } from '../../ledger/control-slice.ts';
import type { EventLog } from '../../ledger/event-log.ts';
import { sampleStatistics } from '../../measures/sample-statistics.ts';
import type { RoundPosterior } from '../model/round-model.ts';
import type { Chooser } from '../policy-context.ts';
import { pairsOf, positionsOf, remainingPool } from '../problem/pool-views.ts';
import type { RunState } from '../state.ts';
import { clipProbability } from './clip-probability.ts';
import { controlArms } from './control-arms.ts';

interface JudgedRun extends Chooser {
  readonly log: EventLog;
}

/**
 * What posteriors that have not seen the labels of the control items of the batch of `round` say of them. Everything here is
 * known before those labels, which is what makes them held out.
 */
export async function judgeControl(
  round: number,
  control: Int32Array,
  state: RunState,
  run: JudgedRun,
): Promise<ControlSlice | null> {
  if (control.length === 0) return null;
  const { pool } = run.problem;
  const remaining = remainingPool(state, pool);
  const pairs = pairsOf(pool, remaining);
  const places = positionsOf(
    remaining,
    Array.from(control, (item) => ({ item })),
  );
  const at = (probabilities: Float64Array): number[] => Array.from(places, (place) => probabilities[place]!);
  const own = await judge(await run.model.fit(round - 1, state), pairs);
  const arms = controlArms(run.log.events(), state, run.config.seed);
  const shared = { items: control.length, inclusion: control.length / remaining.length };
  const ofRun = { ...shared, run: at(own), bounds: boundsOf(own) };
  if (arms === null) return ofRun;
  const picked = await judge(await run.model.fitApart(round - 1, arms.picked), pairs);
  const random = await judge(await run.model.fitApart(round - 1, arms.random), pairs);
  const labels = arms.random.labelled.length;
  const largestDifference = largestOf(picked, random);
  return { ...ofRun, arms: { labels, picked: at(picked), random: at(random), largestDifference } };
}

/** Clipped p̄(a) of some pairs. */
async function judge(posterior: RoundPosterior, pairs: Int32Array): Promise<Float64Array> {
  const { logits, samples } = await posterior.predict(pairs);
  return sampleStatistics(logits, samples).meanA.map(clipProbability);
}

function boundsOf(probabilities: Float64Array): [number, number] {
  const farthest = probabilities.reduce((most, p) => Math.max(most, p, 1 - p), 0.5);
  return [Math.log(1 - farthest), Math.log(farthest)];
}

const largestOf = (picked: Float64Array, random: Float64Array): number =>
  picked.reduce((most, one, item) => {
    const other = random[item]!;
    const [a, b] = [Math.log(one) - Math.log(other), Math.log(1 - one) - Math.log(1 - other)];
    return Math.max(most, Math.abs(a), Math.abs(b));
  }, 0);
