import { rmSync } from 'node:fs';
import type { NeighbourGraph } from '../acquisition/policy.ts';
import { remember } from '../base/remember.ts';
import { sha256 } from '../base/text/canonical-json.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { describeLeaks } from '../data/describe-leaks.ts';
import { type Inputs, inputsKey, loadInputs } from '../loop/problem/inputs.ts';
import { type Problem, prepareProblem } from '../loop/problem/problem.ts';
import type { Workbench } from '../loop/workbench.ts';
import { graphKey, loadGraph } from '../neighbours/cached-graph.ts';
import { workerNeighbours } from '../neighbours/worker-neighbours.ts';
import { pairsDistances } from '../protocol/operations/pairs-distances.ts';
import { storeOpen } from '../protocol/operations/store-open.ts';
import type { StoreRef } from '../protocol/shapes.ts';
import type { WorkerClient } from '../worker/client.ts';
import { int32Tensor, valuesOf } from '../worker/tensors/tensor.ts';
import { launchWorker } from './launch-worker.ts';
import type { WorkbenchOptions } from './workbench-options.ts';

/** Opens a workbench; the worker starts when it is first needed. */
export function openWorkbench(options: WorkbenchOptions): Workbench {
  const inputs = new Map<string, Promise<Inputs>>();
  const graphs = new Map<string, Promise<NeighbourGraph>>();
  const distances = new Map<string, Promise<Float64Array>>();
  let starting: Promise<WorkerClient> | undefined;
  let listener = options.note;
  let isOver = false;
  const worker = (): Promise<WorkerClient> =>
    (starting ??= launchWorker(options, { onNote: (sentence) => listener(sentence), isOver: () => isOver }));
  return {
    worker,
    prepare: async (config) => {
      const key = inputsKey(config);
      const isNew = !inputs.has(key);
      const loaded = await remember(inputs, key, () => loadInputs(config));
      const problem = prepareProblem({ config, ...loaded });
      if (isNew) tellLeaks(config, problem, listener);
      const client = await worker();
      for (const store of [...problem.memberStores, problem.store]) await client.call(storeOpen, { store });
      await problem.covariates(); // what it cannot read must be known before a label is paid for
      return problem;
    },
    neighbours: async (problem, neighbours) => {
      const client = await worker();
      const request = { store: problem.store, rows: problem.pool.promptRows, neighbours };
      const graph = await remember(graphs, graphKey(request), () => loadGraph(client, request, options.cacheDir));
      return workerNeighbours(client, { store: request.store, tensors: { rows: int32Tensor(request.rows) } }, graph);
    },
    pairDistances: async ({ pool }, store, pairs = pool.pairs) => {
      const client = await worker();
      const key = `${store.id} ${sha256(new Uint8Array(pairs.buffer, pairs.byteOffset, pairs.byteLength))}`;
      return remember(distances, key, () => askDistances(client, store, pairs));
    },
    noteTo: (next) => {
      listener = next;
    },
    close: async (discard = false) => {
      isOver = discard;
      const client = await starting?.catch(() => undefined);
      await client?.close();
      if (discard) rmSync(options.work, { recursive: true, force: true });
    },
  };
}

async function askDistances(client: WorkerClient, store: StoreRef, pairs: Int32Array): Promise<Float64Array> {
  const { tensors } = await client.call(
    pairsDistances,
    { store },
    { pairs: int32Tensor(pairs, [pairs.length / 2, 2]) },
  );
  return valuesOf(tensors, 'distances', 'float64');
}

/** Notes what the splits that are looked at share with the pool, once for the same inputs. */
function tellLeaks({ splits, validation }: ExperimentConfig, problem: Problem, note: (sentence: string) => void): void {
  const others = [...problem.evaluated.map(({ name }) => name), validation.split ?? splits.pool];
  for (const sentence of describeLeaks(problem.dataset, splits.pool, others)) note(`note: ${sentence}`);
}
