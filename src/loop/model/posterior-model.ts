import { resolve } from 'node:path';
import type { FeatureSpace, MeasureName } from '../../acquisition/policy.ts';
import { dataError } from '../../base/errors.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import type { UserCode } from '../../custom-code/user-file.ts';
import { type Labels, labelsFrom } from '../../data/labels.ts';
import { lureWeights } from '../../evaluation/metrics/lure-weights.ts';
import { isSampleMeasure } from '../../measures/index.ts';
import type { PosteriorConfig } from '../../posterior/config.ts';
import type { FittedPosterior, PosteriorFit } from '../../posterior/fit.ts';
import { posteriorOf } from '../../posterior/index.ts';
import { noiseOf } from '../../posterior/noise/index.ts';
import { noiseTypeOf } from '../../posterior/noise/noise-type-of.ts';
import { settled } from '../../posterior/settled.ts';
import { tieParameter } from '../../posterior/tie-parameter.ts';
import { posteriorPredict } from '../../protocol/operations/posterior-predict.ts';
import { openFeatureSource } from '../../spaces/worker-space.ts';
import { int32Tensor, type Tensor, type Tensors, valuesOf } from '../../worker/tensors/tensor.ts';
import { WorkerFailure } from '../../worker/worker-failure.ts';
import { type Comparisons, compareItems } from '../problem/comparisons.ts';
import { acquiredItems, pairsOf } from '../problem/pool-views.ts';
import type { Pool, Problem } from '../problem/problem.ts';
import { seenPositions } from '../problem/ties.ts';
import type { RunState } from '../state.ts';
import type { Workbench } from '../workbench.ts';
import { fitTensors, pairTensor } from './fit-tensors.ts';
import { joinPosteriors } from './join-posteriors.ts';
import { noiseOfFit } from './noise-of-fit.ts';
import type { Prediction, RoundModel, RoundPosterior } from './round-model.ts';

/** What a round model is made of; `ownModel` is the file that the kind of posterior runs, if it runs one. */
export interface RoundModelParts {
  readonly config: ExperimentConfig;
  readonly problem: Problem;
  readonly workbench: Workbench;
  readonly ownModel: UserCode | null;
}

/** The worker's posterior as a run sees it; the last round's is kept, since measuring and selecting both ask for it. */
export function createRoundModel(parts: RoundModelParts): RoundModel {
  let latest: { readonly round: number; readonly posterior: Promise<RoundPosterior> } | undefined;
  const { config, problem, workbench } = parts;
  const fit = (round: number, state: RunState): Promise<RoundPosterior> => {
    if (latest?.round !== round) latest = { round, posterior: fitRound(round, state, parts) };
    return latest.posterior;
  };
  return {
    fit,
    fitApart: (round, state) => fitRound(round, state, parts),
    neighbours: (neighbours) => workbench.neighbours(problem, neighbours),
    features: async (space, round, state) => {
      const posterior = space === 'latent' ? await fit(round, state) : null;
      const trace = { runId: config.name, round, seed: config.seed };
      return openFeatureSource({ ...spaceOf(space, problem), posterior, worker: workbench.worker, trace });
    },
  };
}

/** A space of the pool's items: where its rows are in the store. */
const spaceOf = (space: FeatureSpace, { store, pool }: Problem) => ({
  space,
  store,
  rowsOf: (items: Int32Array): Tensor =>
    space === 'prompt'
      ? int32Tensor(items.map((item) => pool.promptRows[pool.promptOf[item]!]!))
      : int32Tensor(pairsOf(pool, items), [items.length, 2]),
});

/** One fit a store that the posterior is fitted on, one after the other. */
async function fitRound(round: number, state: RunState, parts: RoundModelParts): Promise<RoundPosterior> {
  const { config, problem, workbench, ownModel } = parts;
  const learned = learnedFrom(round, state, parts);
  const tensors = {
    ...fitTensors(learned, problem.validation),
    ...(posteriorOf(config.posterior.type).learnsFrom.pool && { pool: pairTensor(problem.pool.pairs) }),
    ...(await problem.covariates()),
    ...(isCrossFitted(config, problem) && { groups: int32Tensor(promptsOf(state, config, problem)) }),
  };
  const dataset = { path: resolve(problem.dataset.path), hash: problem.dataset.manifest.hash };
  const shared = {
    dataset,
    settings: settled(config.posterior),
    folds: config.validation.folds,
    ties: tieParameter(learned.targets, config.labels.ties),
    code: ownModel,
    seed: config.seed,
    round,
    tensors,
    call: { trace: { runId: config.name, round, seed: config.seed } },
  };
  const stores = problem.memberStores.length > 0 ? problem.memberStores : [problem.store];
  const posteriors: RoundPosterior[] = [];
  for (const [member, store] of stores.entries()) {
    const distances = () => workbench.pairDistances(problem, store);
    const noise = await noiseOfFit(config.posterior, { round, state, store, member, distances });
    posteriors.push(await fitOn({ ...shared, store, member, noise }, { config: config.posterior, workbench }));
  }
  return joinPosteriors(posteriors);
}

/** The posterior that is fitted, and where. */
interface Place {
  readonly config: PosteriorConfig;
  readonly workbench: Workbench;
}

async function fitOn(fit: PosteriorFit, place: Place): Promise<RoundPosterior> {
  const { members, posterior, noise, covariateShare } = await fitAt(fit, place);
  const ask = <Answer>(question: (handle: string) => Promise<Answer>): Promise<Answer> =>
    askWith(posterior, question, () => fitAt(fit, place));
  const told = noise === null ? [] : [noise];
  return {
    members,
    noise: told,
    covariateShare,
    ask,
    predict: (pairs) => ask((handle) => askForPrediction(pairs, handle, fit, place)),
  };
}

/** Equal fits give equal posteriors. */
const fitAt = async (fit: PosteriorFit, { config, workbench }: Place): Promise<FittedPosterior> =>
  posteriorOf(config.type).fit(config, fit, await workbench.worker());

/** A worker that has lost the posterior (it was started anew) fits it again, once: the fit gives the same bits. */
async function askWith<Answer>(
  posterior: string,
  question: (handle: string) => Promise<Answer>,
  fitAgain: () => Promise<FittedPosterior>,
): Promise<Answer> {
  try {
    return await question(posterior);
  } catch (error) {
    if (!(error instanceof WorkerFailure) || error.code !== 'UNAVAILABLE') throw error;
    return question((await fitAgain()).posterior);
  }
}

async function askForPrediction(
  pairs: Int32Array,
  posterior: string,
  fit: PosteriorFit,
  { config, workbench }: Place,
): Promise<Prediction> {
  const client = await workbench.worker();
  const { customCode, measures } = posteriorOf(config.type);
  // One piece of work however often it is asked for: a model that ends every worker is noticed.
  const asked = { key: 'content', keep: false, ...fit.call };
  const options = customCode === undefined ? asked : { ...asked, stallMs: customCode.stallMs(config) };
  const { data, tensors } = await client.call(posteriorPredict, { posterior }, { pairs: pairTensor(pairs) }, options);
  const logits = valuesOf(tensors, 'logits', 'float32');
  return { samples: data.samples, logits, measures: ownMeasures(measures, tensors) };
}

/** What the kind tells beside its samples, each as a tensor of the measure's name. */
const ownMeasures = (measures: readonly MeasureName[], tensors: Tensors): Prediction['measures'] =>
  Object.fromEntries(
    measures.filter((name) => !isSampleMeasure(name)).map((name) => [name, valuesOf(tensors, name, 'float64')]),
  );

/** Everything labelled so far, in order of acquisition. @throws BalpmError (data) where nothing is left of it. */
function learnedFrom(round: number, state: RunState, { config, problem: { pool } }: RoundModelParts): Comparisons {
  const { ties } = config.labels;
  const learned = compareItems(pool.pairs, acquiredItems(state, pool), weighed(state, config, pool), ties);
  if (learned.rows.length > 0) return learned;
  throw dataError(
    `Cannot train round ${round}: each of its ${state.labelled.length} labels is a tie and labels.ties is '${ties}', which leaves nothing to learn from; begin a run with labels.ties half or a larger acquisition.initial`,
  );
}

/** Whether parts of the labels are held out: to find when training stops, or an exponent that nothing else tells. */
const isCrossFitted = ({ validation, posterior }: ExperimentConfig, problem: Problem): boolean =>
  validation.folds !== null ||
  (posteriorOf(posterior.type).noiseChosenBy === 'validation' &&
    !noiseOf(noiseTypeOf(posterior)).isPlain &&
    problem.validation.targets.length === 0);

/** Prompt numbers of the labelled items that are learnt from, in their order. */
function promptsOf(state: RunState, { labels }: ExperimentConfig, { pool }: Problem): Int32Array {
  const items = acquiredItems(state, pool);
  return seenPositions(labelsFrom(state.labelled), labels.ties).map((position) => pool.promptOf[items[position]!]!);
}

/** The labels so far, weighed as `labels.weighting` says. @throws BalpmError (usage) as lureWeights(). */
function weighed(state: RunState, { labels }: ExperimentConfig, pool: Pool): Labels {
  const given = labelsFrom(state.labelled);
  if (labels.weighting === 'none') return given;
  const factors = lureWeights(pool.ids.length, state.batches.slice(0, state.labelledRounds));
  return { ...given, weights: given.weights.map((weight, position) => weight * factors[position]!) };
}
