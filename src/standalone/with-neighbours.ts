import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NeighbourSource } from '../acquisition/policy.ts';
import { makeTemporaryDirectory } from '../base/files/temporary-directory.ts';
import { withOwnWorker } from '../features/own-worker.ts';
import { readGraph, workerNeighbours } from '../neighbours/worker-neighbours.ts';
import { knnBuild } from '../protocol/operations/knn-build.ts';
import type { WorkerClient } from '../worker/client.ts';
import { resolvePython } from '../worker/links/local/interpreter.ts';
import { float32Tensor, int32Tensor } from '../worker/tensors/tensor.ts';
import { buildNeighbourSourceInTurns } from './in-process/neighbour-graph.ts';
import type { PromptFeatures } from './in-process/squared-distance.ts';

/** How a worker is started: interpreter (default as everywhere), device (default 'auto'), CPU threads (default 1). */
export interface WorkerSettings {
  readonly python?: string;
  readonly device?: string;
  readonly threads?: number;
}

/** Who finds neighbours: the given worker, or whoever is fast enough. */
export interface NeighbourFinder {
  readonly worker?: WorkerClient;
  readonly workerSettings?: WorkerSettings;
  readonly signal: AbortSignal;
  readonly note: (sentence: string) => void;
}

/** Calls `use` with a source whose rows list `neighbours` prompts; with null when that is 0. A worker lives as long as `use`. */
export async function withNeighbours<Result>(
  prompts: PromptFeatures,
  neighbours: number,
  finder: NeighbourFinder,
  use: (source: NeighbourSource | null) => Promise<Result>,
): Promise<Result> {
  const { worker, workerSettings = {}, signal, note } = finder;
  if (neighbours === 0) return use(null);
  if (worker) return use(await findByWorker(worker, prompts, neighbours, signal));
  if (fitsHere(prompts)) {
    tellTime(prompts, note);
    return use(await buildNeighbourSourceInTurns(prompts, neighbours, { signal }));
  }
  const { python = resolvePython(), device = 'auto', threads = 1 } = workerSettings;
  return withOwnWorker({ python, device, threads, signal }, async (client) =>
    use(await findByWorker(client, prompts, neighbours, signal)),
  );
}

// A pair costs about as much as 48 of its axes besides them (bench/neighbours.ts measures both).
const PAIR_STEPS = 48;
/** 20,000 prompts of 1,024 features: about two minutes of one core. */
const MOST_STEPS = (20_000 ** 2 / 2) * (1024 + PAIR_STEPS);
const STEPS_A_SECOND = 1.9e9;
const WORTH_TELLING_SECONDS = 10;

/** Whether comparing every prompt with every other is for this process; a worker is worth its start otherwise. */
export const fitsHere = (prompts: PromptFeatures): boolean => stepsOf(prompts) <= MOST_STEPS;

/** What it takes to compare every prompt with every other in this process. */
function stepsOf({ values, dimension }: PromptFeatures): number {
  return ((values.length / dimension) ** 2 / 2) * (dimension + PAIR_STEPS);
}

function tellTime(prompts: PromptFeatures, note: (sentence: string) => void): void {
  const seconds = stepsOf(prompts) / STEPS_A_SECOND;
  if (seconds < WORTH_TELLING_SECONDS) return;
  const size = (prompts.values.length / prompts.dimension).toLocaleString('en-US');
  note(`Comparing ${size} prompts takes up to about ${Math.ceil(seconds)} s in this process; a worker is faster`);
}

async function findByWorker(
  client: WorkerClient,
  { values, dimension }: PromptFeatures,
  neighbours: number,
  signal: AbortSignal,
): Promise<NeighbourSource> {
  const size = values.length / dimension;
  const rows = int32Tensor(Int32Array.from({ length: size }, (_, row) => row));
  const tensors = { prompts: float32Tensor(values, [size, dimension]), rows };
  const directory = makeTemporaryDirectory('graph');
  try {
    const out = join(directory, 'graph.safetensors');
    await client.call(knnBuild, { store: null, neighbours, out }, tensors, { signal });
    return workerNeighbours(client, { store: null, tensors }, await readGraph(out), { signal });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
