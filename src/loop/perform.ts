import { createPolicy } from '../acquisition/create-policy.ts';
import type { Pick } from '../acquisition/policy.ts';
import { armName, policyOptions } from '../config/arm.ts';
import { labelsAt, labelsFrom } from '../data/labels.ts';
import { measureSplit } from '../evaluation/metrics/measure-split.ts';
import type { SplitMetrics } from '../evaluation/metrics/split-metrics.ts';
import { writeAnswers } from '../ledger/answers.ts';
import type { EventLog } from '../ledger/event-log.ts';
import type { NewEvent } from '../ledger/events.ts';
import type { Oracle, Waiting } from '../oracle/oracle.ts';
import { drawWithoutReplacement, openStream } from '../random/stream.ts';
import { controlItems } from './control/control-items.ts';
import { judgeControl } from './control/judge-control.ts';
import type { Diagnoser, JudgedSplit } from './diagnose.ts';
import { initialLabels } from './label-schedule.ts';
import type { Step } from './next-step.ts';
import type { Chooser } from './policy-context.ts';
import { policyContext } from './policy-context.ts';
import { describeRun } from './problem/identity.ts';
import { acquiredItems, pairsOf, positionsOf, remainingPool } from './problem/pool-views.ts';
import type { Pool } from './problem/problem.ts';
import type { EvaluatedSplit } from './problem/seen-split.ts';
import { seenSplit } from './problem/seen-split.ts';
import type { PendingBatch, RunState } from './state.ts';
import { withUncertainty } from './with-uncertainty.ts';

/** What the steps of a run are done with. */
export interface StepParts extends Chooser {
  readonly oracle: Oracle;
  readonly log: EventLog;
  readonly diagnose: Diagnoser;
  /** Tells of answers that were changed after their batch was labelled. */
  readonly reviewAnswers: () => void;
}

/** Does one step and returns the event that records it, or what is being waited for. */
export async function perform(step: Step, state: RunState, run: StepParts): Promise<NewEvent | Waiting> {
  switch (step.type) {
    case 'start':
      return describeRun(run.config, run.problem);
    case 'select':
      return step.round === 0 ? selectInitial(state, run) : selectBatch(step.round, state, run);
    case 'label':
      return labelBatch(state.pending as PendingBatch, run);
    case 'measure':
      return measureRound(step.round, state, run);
    case 'finish':
      return { type: 'run.finished', reason: step.reason, rounds: state.measuredRounds, labels: state.labelled.length };
  }
}

/** What is drawn at random has no terms. */
const NO_TERMS: Pick['terms'] = {};

/** The random initial set; it depends on the seed alone, so that policies start alike. */
function selectInitial(state: RunState, run: StepParts): NewEvent {
  const { seed, acquisition } = run.config;
  const items = Array.from(run.problem.pool.ids.keys());
  const drawn = drawWithoutReplacement(
    openStream([seed, 'initial']),
    items,
    initialLabels(acquisition.initial, items.length),
  );
  const inclusion = drawn.length / items.length;
  const picks = drawn.map((item) => ({ item, score: null, terms: NO_TERMS, inclusion }));
  return batchEvent({ round: 0, policy: 'initial', picks }, state, run.problem.pool);
}

/** Asks the policy for the batch that round `round` will add, from the posterior of the round before. */
async function selectBatch(round: number, state: RunState, run: StepParts): Promise<NewEvent> {
  const { config, problem } = run;
  const policy = createPolicy(config.acquisition.policy, policyOptions(config));
  const context = await policyContext(round, withUncertainty(policy.needs, config.posterior.type), state, run);
  const picks = context.pool.length === 0 ? [] : await policy.select(context);
  await run.diagnose.batch(context, positionsOf(context.pool, picks));
  const items = controlItems(round, state, run);
  const control = await judgeControl(round, items, state, run);
  const share = items.length / (context.pool.length + items.length);
  const drawn = Array.from(items, (item): Pick => ({ item, score: null, terms: NO_TERMS, inclusion: share }));
  const event = batchEvent({ round, policy: armName(config), picks: [...drawn, ...picks] }, state, problem.pool);
  return control === null ? event : { ...event, control };
}

async function labelBatch(batch: PendingBatch, run: StepParts): Promise<NewEvent | Waiting> {
  run.reviewAnswers();
  const reply = await run.oracle.answer({ round: batch.round, ids: batch.ids });
  if (reply.type === 'answered') return { type: 'labels.received', round: batch.round, ...writeAnswers(reply.answers) };
  reply.problems.forEach(run.note);
  return reply;
}

/** Trains on every label so far and measures each split. */
async function measureRound(round: number, state: RunState, run: StepParts): Promise<NewEvent> {
  const { acquisition } = run.config;
  const posterior = await run.model.fit(round, state);
  const splits: Record<string, SplitMetrics> = {};
  const judged: JudgedSplit[] = [];
  for (const split of evaluatedSplits(state, run)) {
    const predicted = await posterior.predict(split.pairs);
    splits[split.name] = measureSplit(predicted.logits, predicted.samples, split.labels);
    if (run.problem.evaluated.includes(split)) judged.push({ split, predicted });
  }
  await run.diagnose.splits(round, judged, createPolicy(acquisition.policy, policyOptions(run.config)).needs);
  const validation = run.config.validation.charged ? run.problem.validationLabels : 0;
  const labels = state.labelled.length;
  return {
    type: 'round.measured',
    round,
    labels,
    labelsCharged: labels + validation,
    splits,
    members: [...posterior.members],
    ...(posterior.noise.length > 0 && { noise: [...posterior.noise] }),
    ...(posterior.covariateShare !== null && { covariateShare: posterior.covariateShare }),
  };
}

/** The config's splits and, when asked for, the remaining pool and the labelled items. */
function evaluatedSplits(state: RunState, { problem, config }: StepParts): readonly EvaluatedSplit[] {
  const { pool } = problem;
  const remaining = remainingPool(state, pool);
  const poolView = { name: 'pool', pairs: pairsOf(pool, remaining), labels: labelsAt(pool.labels, remaining) };
  const labelledView = {
    name: 'labelled',
    pairs: pairsOf(pool, acquiredItems(state, pool)),
    labels: labelsFrom(state.labelled),
  };
  const views = [...(problem.measurePool ? [poolView] : []), ...(problem.measureLabelled ? [labelledView] : [])].map(
    (split) => seenSplit(split, config.labels.ties),
  );
  return [...problem.evaluated, ...views.filter((split) => split.pairs.length > 0)];
}

interface ChosenBatch {
  readonly round: number;
  readonly policy: string;
  readonly picks: readonly Pick[];
}

function batchEvent(
  { round, policy, picks }: ChosenBatch,
  state: RunState,
  pool: Pool,
): NewEvent & { readonly type: 'batch.selected' } {
  const batchPrompts = new Set(picks.map(({ item }) => pool.promptOf[item]));
  const seen = new Set(Array.from(acquiredItems(state, pool), (item) => pool.promptOf[item]));
  const names = Object.keys(picks.find(({ terms }) => terms !== NO_TERMS)?.terms ?? {});
  const inclusion = picks.flatMap((pick) => pick.inclusion ?? []);
  return {
    type: 'batch.selected',
    round,
    policy,
    ids: picks.map(({ item }) => pool.ids[item] as string),
    scores: picks.map(({ score }) => score),
    terms: Object.fromEntries(names.map((name) => [name, picks.map(({ terms }) => terms[name] ?? null)])),
    ...(inclusion.length === picks.length && { inclusion }),
    uniquePrompts: batchPrompts.size,
    uniquePromptsSoFar: new Set([...seen, ...batchPrompts]).size,
  };
}
