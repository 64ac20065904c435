import { resolve } from 'node:path';
import type { ExperimentConfig } from '../config/experiment.ts';
import { posteriorPredict } from '../protocol/operations/posterior-predict.ts';
import type { UserCode } from '../user-code/user-file.ts';
import { int32Tensor, valuesOf } from '../worker/tensor.ts';
import { WorkerFailure } from '../worker/worker-failure.ts';
import { type FittedPosterior, fitPosterior, type PosteriorFit, traceOf } from './fit-posterior.ts';
import { limits } from './own-model.ts';
import { orientedRows, type Problem } from './problem.ts';
import type { Logits, RoundModel, RoundPosterior } from './round-model.ts';
import type { RunState } from './state.ts';
import type { Workbench } from './workbench.ts';

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
  return {
    fit: (round, state) => {
      if (latest?.round !== round) latest = { round, posterior: fitRound(round, state, parts) };
      return latest.posterior;
    },
    neighbours: (neighbours) => parts.workbench.neighbours(parts.problem, neighbours),
  };
}

async function fitRound(round: number, state: RunState, parts: RoundModelParts): Promise<RoundPosterior> {
  const { config, problem, workbench, ownModel } = parts;
  const tensors = { labelled: pairTensor(labelledRows(state, problem)), validation: pairTensor(problem.validation) };
  const fit = {
    store: problem.store,
    dataset: { path: resolve(problem.dataset.path), hash: problem.dataset.manifest.hash },
    config: config.posterior,
    ownModel,
    run: config.name,
    seed: config.seed,
    round,
    tensors,
  };
  const { members, posterior } = await fitPosterior(fit, await workbench.worker());
  return { members, predict: (pairs) => predict(pairs, posterior, fit, workbench) };
}

/** A worker that has lost the posterior (it was started anew) fits it again, once: the fit gives the same bits. */
async function predict(pairs: Int32Array, posterior: string, fit: PosteriorFit, workbench: Workbench): Promise<Logits> {
  try {
    return await askForLogits(pairs, posterior, fit, workbench);
  } catch (error) {
    if (!(error instanceof WorkerFailure) || error.code !== 'UNAVAILABLE') throw error;
    const again: FittedPosterior = await fitPosterior(fit, await workbench.worker());
    return askForLogits(pairs, again.posterior, fit, workbench);
  }
}

async function askForLogits(
  pairs: Int32Array,
  posterior: string,
  fit: PosteriorFit,
  workbench: Workbench,
): Promise<Logits> {
  const client = await workbench.worker();
  const { config, ownModel } = fit;
  // One piece of work however often it is asked for: a model that ends every worker is noticed.
  const asked = { key: 'content', keep: false, trace: traceOf(fit) };
  const options = { ...asked, ...(ownModel === null ? {} : limits(config)) };
  const { data, tensors } = await client.call(posteriorPredict, { posterior }, { pairs: pairTensor(pairs) }, options);
  return { samples: data.samples, values: valuesOf(tensors, 'logits', 'float32') };
}

/** Rows (chosen, rejected) of everything labelled so far, in order of acquisition. */
function labelledRows({ labelled }: RunState, { pool }: Problem): Int32Array {
  const items = labelled.map(({ id }) => pool.indexOf.get(id) as number);
  return orientedRows(pool.pairs, items, (_item, position) => labelled[position]?.preferred === 'a');
}

const pairTensor = (rows: Int32Array) => int32Tensor(rows, [rows.length / 2, 2]);
