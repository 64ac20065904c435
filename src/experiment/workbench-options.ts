import type { ExperimentConfig } from '../config/experiment.ts';

/** Options for a workbench. */
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
