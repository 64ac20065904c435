import type { NeighbourSource } from '../acquisition/policy.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import type { StoreRef } from '../protocol/shapes.ts';
import type { WorkerClient } from '../worker/client.ts';
import type { Problem } from './problem/problem.ts';

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
