import type { FeatureSource, FeatureSpace } from '../acquisition/policy.ts';
import { spaceCluster } from '../protocol/operations/space-cluster.ts';
import { spaceLogDet } from '../protocol/operations/space-log-det.ts';
import { spaceRows } from '../protocol/operations/space-rows.ts';
import { spaceSpread } from '../protocol/operations/space-spread.ts';
import type { FeatureSpaceRef, StoreRef } from '../protocol/shapes.ts';
import type { CallOptions } from '../worker/calls/call.ts';
import type { WorkerClient } from '../worker/client.ts';
import { float64Tensor, int32Tensor, type Tensor, valuesOf } from '../worker/tensors/tensor.ts';
import type { TraceFields } from '../worker/wire/number-messages.ts';

/** Inputs to a feature source. */
export interface WorkerSpace {
  readonly space: FeatureSpace;
  readonly store: StoreRef;
  /** Rows of the store for items of the pool: their prompts' (n), or both responses' (n×2). */
  readonly rowsOf: (items: Int32Array) => Tensor;
  /** Asks with the handle of the posterior whose latent space it is; null for a space of the store. */
  readonly posterior: {
    readonly ask: <Result>(question: (handle: string) => Promise<Result>) => Promise<Result>;
  } | null;
  readonly worker: () => Promise<WorkerClient>;
  readonly trace: TraceFields;
}

/** Features of the pool's items in the worker, and choices among them that are made there. */
export async function openFeatureSource(parts: WorkerSpace): Promise<FeatureSource> {
  const { rowsOf } = parts;
  const ask = createAsk(parts);
  const { data } = await ask((space, client, options) =>
    client.call(spaceRows, { space }, { rows: rowsOf(new Int32Array(0)) }, options),
  );
  return {
    dimension: data.dimension,
    rows: async (items) => {
      const { tensors } = await ask((space, client, options) =>
        client.call(spaceRows, { space }, { rows: rowsOf(items) }, options),
      );
      return valuesOf(tensors, 'features', 'float32');
    },
    spread: async ({ candidates, centres, picks, scale, draws }) => {
      const rule = draws === null ? 'farthest' : 'drawn';
      const sent = {
        candidates: rowsOf(candidates),
        centres: rowsOf(centres),
        ...(scale === null ? {} : { scale: float64Tensor(scale) }),
        ...(draws === null ? {} : { draws: float64Tensor(draws) }),
      } as const;
      const { tensors } = await ask((space, client, options) =>
        client.call(spaceSpread, { space, picks, rule }, sent, options),
      );
      return trailOf(tensors, 'distances');
    },
    logDet: async ({ candidates, weights, known, knownWeights, ridge, picks }) => {
      const sent = {
        candidates: rowsOf(candidates),
        weights: float64Tensor(weights),
        known: rowsOf(known),
        knownWeights: float64Tensor(knownWeights),
      };
      const { tensors } = await ask((space, client, options) =>
        client.call(spaceLogDet, { space, picks, ridge }, sent, options),
      );
      return trailOf(tensors, 'growths');
    },
    clusters: async ({ items, learntOn, draws, iterations }) => {
      const sent = { rows: rowsOf(items), learntOn: int32Tensor(learntOn), draws: float64Tensor(draws) };
      const { tensors } = await ask((space, client, options) =>
        client.call(spaceCluster, { space, iterations }, sent, options),
      );
      return valuesOf(tensors, 'clusters', 'int32');
    },
  };
}

/** Asks the worker about the space; in the latent one with the posterior's handle. */
function createAsk({ space: name, store, posterior, worker, trace }: WorkerSpace) {
  // One piece of work however often it is asked for.
  const options = { key: 'content', keep: false, trace } as const;
  const askWith = async <Result>(handle: string | null, question: Question<Result>): Promise<Result> =>
    question({ name, store, posterior: handle }, await worker(), options);
  return <Result>(question: Question<Result>): Promise<Result> =>
    posterior === null ? askWith(null, question) : posterior.ask((handle) => askWith(handle, question));
}

type Question<Result> = (space: FeatureSpaceRef, client: WorkerClient, options: CallOptions) => Promise<Result>;

const trailOf = (tensors: Parameters<typeof valuesOf>[0], values: string) => ({
  positions: valuesOf(tensors, 'positions', 'int32'),
  values: valuesOf(tensors, values, 'float64'),
});
