import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { NeighbourGraph, NeighbourSource } from '../acquisition/policy.ts';
import { hashFile, makeDirectory, writeFileAtomic } from '../base/files/files.ts';
import { readRegular } from '../base/files/regular-file.ts';
import { removeLeftOver } from '../base/files/temporary-files.ts';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import { hashOf, sha256 } from '../base/text/canonical-json.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { describeLeaks } from '../data/describe-leaks.ts';
import { type Inputs, inputsKey, loadInputs } from '../loop/problem/inputs.ts';
import { type Problem, prepareProblem } from '../loop/problem/problem.ts';
import { readGraph, workerNeighbours } from '../neighbours/worker-neighbours.ts';
import { knnBuild } from '../protocol/operations/knn-build.ts';
import { pairsDistances } from '../protocol/operations/pairs-distances.ts';
import { storeOpen } from '../protocol/operations/store-open.ts';
import type { StoreRef } from '../protocol/shapes.ts';
import { startWorker, type WorkerClient, type WorkerOptions } from '../worker/client.ts';
import { resolvePython } from '../worker/links/local/interpreter.ts';
import { parseListenAddress } from '../worker/links/remote/listen-address.ts';
import type { ListeningPlace } from '../worker/links/remote/listen-options.ts';
import { int32Tensor, valuesOf } from '../worker/tensors/tensor.ts';

/** What a workbench is opened with. */
export interface WorkbenchOptions {
  readonly worker: ExperimentConfig['worker'];
  /** Directory caches are kept in (below `.cache`). */
  readonly cacheDir: string;
  readonly workerLog: string;
  /** File for the life of every call. */
  readonly calls: string;
  /** Directory for what the worker keeps between its lives. */
  readonly work: string;
  /** Where the connection file of a worker on another host goes unless `worker.connectionFile` says where. */
  readonly connectionFile: string;
  readonly signal: AbortSignal;
  /** Tells one thing worth knowing, until `noteTo` names another listener. */
  readonly note: (sentence: string) => void;
}

/** One worker and what it has made so far; runs that follow each other on it pay no start-up again. */
export interface Workbench {
  readonly prepare: (config: ExperimentConfig) => Promise<Problem>;
  readonly worker: () => Promise<WorkerClient>;
  readonly neighbours: (problem: Problem, neighbours: number) => Promise<NeighbourSource>;
  /** Distances of the answers of every pair in one of the problem's stores (N), of the pool's pairs unless others are given. */
  readonly pairDistances: (problem: Problem, store: StoreRef, pairs?: Int32Array) => Promise<Float64Array>;
  /** From now on notes about the worker go to this listener. */
  readonly noteTo: (listener: (sentence: string) => void) => void;
  /** Ends the worker; `discard` also removes what it kept. */
  readonly close: (discard?: boolean) => Promise<void>;
}

/** Opens a workbench; the worker starts when it is first needed. */
export function openWorkbench(options: WorkbenchOptions): Workbench {
  const inputs = new Map<string, Promise<Inputs>>();
  const graphs = new Map<string, Promise<NeighbourGraph>>();
  const distances = new Map<string, Promise<Float64Array>>();
  let starting: Promise<WorkerClient> | undefined;
  let listener = options.note;
  let isOver = false;
  const worker = (): Promise<WorkerClient> =>
    (starting ??= launch(options, { onNote: (sentence) => listener(sentence), isOver: () => isOver }));
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
      const rows = problem.pool.promptRows;
      const content = { store: problem.store.id, rows: sha256(new Uint8Array(rows.buffer)), neighbours };
      const key = hashOf({ version: knnBuild.version, ...content });
      const graph = await remember(graphs, key, () => loadGraph(client, problem, neighbours, options, key));
      return workerNeighbours(client, { store: problem.store, tensors: { rows: int32Tensor(rows) } }, graph);
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

/** The remembered value, or the one made now; a failure is not remembered. */
function remember<Value>(known: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  const value = known.get(key) ?? make();
  known.set(key, value);
  value.catch(() => known.delete(key));
  return value;
}

/** What a workbench hears of its worker, and tells workers that wait. */
interface Ears {
  readonly onNote: (sentence: string) => void;
  readonly isOver: () => boolean;
}

async function launch(options: WorkbenchOptions, ears: Ears): Promise<WorkerClient> {
  const { onNote } = ears;
  const { worker, workerLog, calls, work, signal } = options;
  const timeoutMs = worker.startTimeoutSeconds * 1000;
  const shared = {
    packageDir: PACKAGE_ROOT,
    device: worker.device,
    threads: worker.threads,
    logFile: workerLog,
    journalFile: calls,
    readyTimeoutMs: timeoutMs,
    signal,
    onNote,
  };
  const client = await (worker.listen === null
    ? startWorker({ ...shared, python: resolvePython(worker.python), runDir: work })
    : startWorker({ ...shared, ...joiningOptions(options, ears), startTimeoutMs: timeoutMs }));
  for (const { op, trace } of client.interrupted) {
    const where = trace === null || trace.round === null ? '' : ` of round ${trace.round}`;
    onNote(`The session before ended while '${op}'${where} was under way; it is asked again`);
  }
  return client;
}

/** Workers that meet in a directory are lost for reasons of their own (preemption), so none but those that never got ready count. */
function joiningOptions(
  { worker, connectionFile }: WorkbenchOptions,
  { onNote, isOver }: Ears,
): Pick<WorkerOptions, 'listen' | 'healthyMs'> {
  const listen = {
    ...parseListenAddress(worker.listen ?? ''),
    isOver,
    onListening: (place: ListeningPlace) => {
      onNote(`waiting for a worker at ${place.endpoints.join(', ')}; on its host: ${startCommand(place)}`);
    },
    onNote,
  };
  if (worker.rendezvous === null)
    return { listen: { ...listen, connectionFile: worker.connectionFile ?? connectionFile } };
  return { listen: { ...listen, rendezvous: worker.rendezvous }, healthyMs: 0 };
}

const startCommand = ({ connectionFile, rendezvous }: ListeningPlace): string =>
  `balpm worker start ${rendezvous === null ? `--connect ${connectionFile}` : `--rendezvous ${rendezvous}`}`;

/** Reads the graph from the cache, where the worker puts it first if need be. */
async function loadGraph(
  client: WorkerClient,
  problem: Problem,
  neighbours: number,
  { cacheDir }: WorkbenchOptions,
  key: string,
): Promise<NeighbourGraph> {
  const directory = resolve(cacheDir, '.cache');
  const file = join(directory, `knn-${key.slice(0, 16)}.safetensors`);
  const rows = problem.pool.promptRows;
  if (!(await isWhole(file))) {
    makeDirectory(directory);
    removeLeftOver(directory);
    const request = { store: problem.store, neighbours, out: file };
    const { data } = await client.call(knnBuild, request, { rows: int32Tensor(rows) });
    writeFileAtomic(checkOf(file), `${data.sha256}\n`);
  }
  return readGraph(file);
}

const checkOf = (file: string): string => `${file}.sha256`;

/** Whether a file of the cache is there as it was written; it is made again otherwise. */
async function isWhole(file: string): Promise<boolean> {
  try {
    return (await readRegular(checkOf(file))).toString('utf8').trim() === (await hashFile(file));
  } catch {
    return false;
  }
}
