import type { WorkerClient } from '../worker/client.ts';
import type { Tensor } from '../worker/tensors/tensor.ts';
import type { DistanceNoise } from './distance-scales.ts';
import type { Scores } from './measures-from-scores.ts';
import type { WorkerSettings } from './with-neighbours.ts';

/** What a batch is chosen from, whatever the policy; items are numbered 0..N−1 by the rows of `prompts`. */
export interface AcquireRequest {
  /** Prompt embeddings, N × d: float32, float16 or bfloat16. Equal rows are one prompt. */
  readonly prompts: Tensor;
  /** A score for every item (N), in the place of whatever measure the policy ranks by; those of acquired items are not read. */
  readonly scores?: Scores;
  /**
   * Logits r(a) − r(b) of posterior samples, float32 samples × N, in the place of `scores`: the measure the policy asks for
   * is computed from them. Those of acquired items are not read unless it asks for them.
   */
  readonly logits?: Tensor;
  /** Distances ‖φ(a) − φ(b)‖ of every item's answers (N), for `noise`. */
  readonly distances?: Scores;
  /** What the logits are scaled by before anything is computed, of `distances`. Default: nothing. */
  readonly noise?: DistanceNoise;
  /** Items acquired earlier. Default: none. */
  readonly acquired?: ArrayLike<number>;
  /** The pool, in the order that breaks ties. Default: every item that is not acquired, ascending. */
  readonly order?: ArrayLike<number>;
  /** The group of every item (N), for policies that take one item a group. Default: its prompt. */
  readonly groups?: ArrayLike<string | number>;
  /** Items to pick; fewer are picked when the pool holds fewer. */
  readonly batch: number;
  /** Of the policy's random stream, which is named by seed, policy and round. Default 1. */
  readonly seed?: number;
  /** Default 1: the first batch a policy picks. */
  readonly round?: number;
  /** A worker that finds neighbours and measures distances, whatever the size. */
  readonly worker?: WorkerClient;
  /** How a worker is started for what is too large for this process, unless `worker` is given. */
  readonly workerSettings?: WorkerSettings;
  /** Aborting ends the search for neighbours. */
  readonly signal?: AbortSignal;
  /** Told in whole sentences what is worth knowing. */
  readonly onNote?: (sentence: string) => void;
}
