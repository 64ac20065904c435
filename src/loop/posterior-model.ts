import type { ExperimentConfig } from '../config/experiment.ts';
import { posteriorFit } from '../protocol/operations/posterior-fit.ts';
import { posteriorPredict } from '../protocol/operations/posterior-predict.ts';
import type { WorkerClient } from '../worker/client.ts';
import { int32Tensor, valuesOf } from '../worker/tensor.ts';
import { orientedRows, type Problem } from './problem.ts';
import type { RoundModel, RoundPosterior } from './round-model.ts';
import type { RunState } from './state.ts';
import type { Workbench } from './workbench.ts';

/** The worker's posterior as a run sees it; the last round's is kept, since measuring and selecting both ask for it. */
export function createRoundModel(config: ExperimentConfig, problem: Problem, workbench: Workbench): RoundModel {
  let latest: { readonly round: number; readonly posterior: Promise<RoundPosterior> } | undefined;
  return {
    fit: (round, state) => {
      if (latest?.round !== round) latest = { round, posterior: fitRound(round, state, config, problem, workbench) };
      return latest.posterior;
    },
    neighbours: (neighbours) => workbench.neighbours(problem, neighbours),
  };
}

async function fitRound(
  round: number,
  state: RunState,
  config: ExperimentConfig,
  problem: Problem,
  workbench: Workbench,
): Promise<RoundPosterior> {
  const client = await workbench.worker();
  const { type, members, initialisation, head, training } = config.posterior;
  const { data } = await client.call(
    posteriorFit,
    { store: problem.store, type, members, initialisation, head, training, seed: config.seed, round },
    { labelled: pairTensor(labelledRows(state, problem)), validation: pairTensor(problem.validation) },
    { trace: { runId: config.name, round, seed: config.seed } },
  );
  return {
    members: data.members.map(({ stopStep, bestStep, bestLoss, stoppedEarly }) => ({
      stopStep,
      bestStep,
      bestLoss,
      stoppedEarly,
    })),
    predict: (pairs) => predict(client, data.posterior, pairs),
  };
}

async function predict(client: WorkerClient, posterior: string, pairs: Int32Array) {
  const { data, tensors } = await client.call(posteriorPredict, { posterior }, { pairs: pairTensor(pairs) });
  return { samples: data.samples, values: valuesOf(tensors, 'logits', 'float32') };
}

/** Rows (chosen, rejected) of everything labelled so far, in order of acquisition. */
function labelledRows({ labelled }: RunState, { pool }: Problem): Int32Array {
  const items = labelled.map(({ id }) => pool.indexOf.get(id) as number);
  return orientedRows(pool.pairs, items, (_item, position) => labelled[position]?.preferred === 'a');
}

const pairTensor = (rows: Int32Array) => int32Tensor(rows, [rows.length / 2, 2]);
