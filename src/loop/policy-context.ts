import type { PolicyContext, PolicyNeeds } from '../acquisition/policy.ts';
import { armName } from '../config/arm.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { computeMeasures } from '../measures/compute-measures.ts';
import { isSampleMeasure } from '../measures/index.ts';
import { openStream } from '../random/stream.ts';
import { controlItems } from './control/control-items.ts';
import type { Prediction, RoundModel } from './model/round-model.ts';
import { createSampleSource } from './model/sample-source.ts';
import { columnMeasures, columnOf } from './problem/pool-columns.ts';
import { acquiredItems, pairsOf, remainingPool } from './problem/pool-views.ts';
import type { Pool, Problem } from './problem/problem.ts';
import type { RunState } from './state.ts';

/** What a policy's choice depends on; a finished run can be looked at again with these alone. */
export interface Chooser {
  readonly config: ExperimentConfig;
  readonly problem: Problem;
  readonly model: RoundModel;
  /** Tells the person one thing worth knowing. */
  readonly note: (sentence: string) => void;
}

/**
 * What a policy with these needs sees when it chooses the batch of `round`, after `state`. No labels; the control items of
 * the batch are no longer in the pool and count as acquired.
 */
export async function policyContext(
  round: number,
  needs: PolicyNeeds,
  state: RunState,
  run: Chooser,
): Promise<PolicyContext> {
  const { config, problem } = run;
  const control = controlItems(round, state, run);
  const { pool, acquired } = withoutControl(state, problem.pool, control);
  const judged = await judgePool(needs, { round: round - 1, pool, state, run });
  return {
    round,
    batch: config.acquisition.batch - control.length,
    pool,
    acquired,
    promptOf: problem.pool.promptOf,
    measures: {
      ...columnMeasures(needs.measures, problem.columns, pool),
      ...(judged === null ? {} : measuresOf(needs, judged.predicted)),
    },
    neighbours: needs.neighbours > 0 ? await run.model.neighbours(needs.neighbours) : null,
    samples:
      judged !== null && needs.samples ? createSampleSource({ ...judged, problem, pool, seed: config.seed }) : null,
    features: needs.features === null ? null : await run.model.features(needs.features, round - 1, state),
    groups: problem.groups,
    note: run.note,
    stream: openStream([config.seed, 'acquisition', armName(config), round]),
  };
}

/** The remaining pool and what counts as acquired once the control items are taken. */
function withoutControl(state: RunState, pool: Pool, control: Int32Array) {
  const [remaining, acquired] = [remainingPool(state, pool), acquiredItems(state, pool)];
  if (control.length === 0) return { pool: remaining, acquired };
  const taken = new Set(control);
  return { pool: remaining.filter((item) => !taken.has(item)), acquired: Int32Array.from([...acquired, ...control]) };
}

interface JudgedPool {
  readonly round: number;
  readonly pool: Int32Array;
  readonly state: RunState;
  readonly run: Chooser;
}

/** What the posterior of `round` says of the remaining pool; null when the policy does not ask. */
async function judgePool(needs: PolicyNeeds, { round, pool, state, run }: JudgedPool) {
  if (!needs.samples && needs.measures.every((measure) => columnOf(measure) !== null)) return null;
  const posterior = await run.model.fit(round, state);
  return { posterior, predicted: await posterior.predict(pairsOf(run.problem.pool, pool)) };
}

/** The measures of the posterior a policy needs, aligned with the remaining pool. */
function measuresOf({ measures }: PolicyNeeds, { samples, logits, measures: own }: Prediction) {
  // prepareProblem() has refused every measure the posterior does not give.
  return { ...own, ...computeMeasures(logits, samples, measures.filter(isSampleMeasure)) };
}
