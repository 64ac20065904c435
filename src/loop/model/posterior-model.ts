import { resolve } from 'node:path';
import type { FeatureSpace } from '../../acquisition/policy.ts';
import { dataError } from '../../base/errors.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import type { UserCode } from '../../custom-code/user-file.ts';
import { type Labels, labelsFrom } from '../../data/labels.ts';
import { lureWeights } from '../../evaluation/metrics/lure-weights.ts';
import { isSampleMeasure } from '../../measures/index.ts';
import { type PosteriorType, posteriorOf } from '../../posterior/index.ts';
import { noiseTypeOf } from '../../posterior/noise/noise-type-of.ts';
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
import { type FittedPosterior, fitPosterior, type PosteriorFit, traceOf } from './fit-posterior.ts';
import { fitTensors, pairTensor } from './fit-tensors.ts';
import { joinPosteriors } from './join-posteriors.ts';
import { noiseOfFit } from './noise-of-fit.ts';
import { limits } from './own-model.ts';
import type { Prediction, RoundModel, RoundPosterior } from './round-model.ts';

/** What a round model is made of; `ownModel` is there for posterior.type=external. */
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

/** One fit, or one a store of a cross-backbone ensemble, one after the other. */
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
    config: config.posterior,
    dataset,
    folds: config.validation.folds,
    ties: tieParameter(learned.targets, config.labels.ties),
    ownModel,
    run: config.name,
    seed: config.seed,
    round,
    tensors,
  };
  const stores = problem.memberStores.length > 0 ? problem.memberStores : [problem.store];
  const posteriors: RoundPosterior[] = [];
  for (const [member, store] of stores.entries()) {
    const distances = () => workbench.pairDistances(problem, store);
    const noise = await noiseOfFit(config.posterior, { round, state, store, member, distances });
    posteriors.push(await fitOn({ ...shared, store, member, noise }, workbench));
  }
  return joinPosteriors(posteriors);
}

async function fitOn(fit: PosteriorFit, workbench: Workbench): Promise<RoundPosterior> {
  const { members, posterior, noise, covariateShare } = await fitPosterior(fit, await workbench.worker());
  const ask = <Answer>(question: (handle: string) => Promise<Answer>): Promise<Answer> =>
    askWith(posterior, question, fit, workbench);
  const told = noise === null ? [] : [noise];
  return {
    members,
    noise: told,
    covariateShare,
    ask,
    predict: (pairs) => ask((handle) => askForPrediction(pairs, handle, fit, workbench)),
  };
}

/** A worker that has lost the posterior (it was started anew) fits it again, once: the fit gives the same bits. */
async function askWith<Answer>(
  posterior: string,
  question: (handle: string) => Promise<Answer>,
  fit: PosteriorFit,
  workbench: Workbench,
): Promise<Answer> {
  try {
    return await question(posterior);
  } catch (error) {
    if (!(error instanceof WorkerFailure) || error.code !== 'UNAVAILABLE') throw error;
    const again: FittedPosterior = await fitPosterior(fit, await workbench.worker());
    return question(again.posterior);
  }
}

async function askForPrediction(
  pairs: Int32Array,
  posterior: string,
  fit: PosteriorFit,
  workbench: Workbench,
): Promise<Prediction> {
  const client = await workbench.worker();
  const { config, ownModel } = fit;
  // One piece of work however often it is asked for: a model that ends every worker is noticed.
  const asked = { key: 'content', keep: false, trace: traceOf(fit) };
  const options = { ...asked, ...(ownModel === null ? {} : limits(config)) };
  const { data, tensors } = await client.call(posteriorPredict, { posterior }, { pairs: pairTensor(pairs) }, options);
  const logits = valuesOf(tensors, 'logits', 'float32');
  return { samples: data.samples, logits, measures: ownMeasures(config.type, tensors) };
}

/** What the kind tells beside its samples, each as a tensor of the measure's name. */
function ownMeasures(type: PosteriorType, tensors: Tensors): Prediction['measures'] {
  const names = posteriorOf(type).measures.filter((name) => !isSampleMeasure(name));
  return Object.fromEntries(names.map((name) => [name, valuesOf(tensors, name, 'float64')]));
}

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
    noiseTypeOf(posterior) !== 'constant' &&
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
