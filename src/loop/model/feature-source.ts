import type { FeatureSource, FeatureSpace } from '../../acquisition/policy.ts';
import { spaceCluster } from '../../protocol/operations/space-cluster.ts';
import { spaceLogDet } from '../../protocol/operations/space-log-det.ts';
import { spaceRows } from '../../protocol/operations/space-rows.ts';
import { spaceSpread } from '../../protocol/operations/space-spread.ts';
import type { FeatureSpaceRef } from '../../protocol/shapes.ts';
import type { CallOptions } from '../../worker/calls/call.ts';
import type { TraceFields } from '../../worker/calls/envelope.ts';
import type { WorkerClient } from '../../worker/client.ts';
import { float64Tensor, int32Tensor, type Tensor, valuesOf } from '../../worker/tensors/tensor.ts';
import { pairsOf } from '../problem/pool-views.ts';
import type { Problem } from '../problem/problem.ts';
import type { RoundPosterior } from './round-model.ts';

/** What a feature source is made of; the posterior is there for the latent space. */
export interface FeatureSourceParts {
  readonly space: FeatureSpace;
  readonly problem: Problem;
  readonly posterior: RoundPosterior | null;
  readonly worker: () => Promise<WorkerClient>;
  readonly trace: TraceFields;
}

/** Features of the pool's items in the worker, and choices among them that are made there. */
export async function openFeatureSource(parts: FeatureSourceParts): Promise<FeatureSource> {
  const places = (items: Int32Array): Tensor => placesOf(items, parts);
  const ask = createAsk(parts);
  const { data } = await ask((space, client, options) =>
    client.call(spaceRows, { space }, { rows: places(new Int32Array(0)) }, options),
  );
  return {
    dimension: data.dimension,
    rows: async (items) => {
      const { tensors } = await ask((space, client, options) =>
        client.call(spaceRows, { space }, { rows: places(items) }, options),
      );
      return valuesOf(tensors, 'features', 'float32');
    },
    spread: async ({ candidates, centres, picks, scale, draws }) => {
      const rule = draws === null ? 'farthest' : 'drawn';
      const sent = {
        candidates: places(candidates),
        centres: places(centres),
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
        candidates: places(candidates),
        weights: float64Tensor(weights),
        known: places(known),
        knownWeights: float64Tensor(knownWeights),
      };
      const { tensors } = await ask((space, client, options) =>
        client.call(spaceLogDet, { space, picks, ridge }, sent, options),
      );
      return trailOf(tensors, 'growths');
    },
    clusters: async ({ items, learntOn, draws, iterations }) => {
      const sent = { rows: places(items), learntOn: int32Tensor(learntOn), draws: float64Tensor(draws) };
      const { tensors } = await ask((space, client, options) =>
        client.call(spaceCluster, { space, iterations }, sent, options),
      );
      return valuesOf(tensors, 'clusters', 'int32');
    },
  };
}

/** Asks the worker about the space; in the latent one with the posterior's handle. */
function createAsk({ space: name, problem, posterior, worker, trace }: FeatureSourceParts) {
  // One piece of work however often it is asked for.
  const options = { key: 'content', keep: false, trace } as const;
  const askWith = async <Answer>(handle: string | null, question: Question<Answer>): Promise<Answer> =>
    question({ name, store: problem.store, posterior: handle }, await worker(), options);
  return <Answer>(question: Question<Answer>): Promise<Answer> =>
    posterior === null ? askWith(null, question) : posterior.ask((handle) => askWith(handle, question));
}

type Question<Answer> = (space: FeatureSpaceRef, client: WorkerClient, options: CallOptions) => Promise<Answer>;

function placesOf(items: Int32Array, { space, problem: { pool } }: FeatureSourceParts): Tensor {
  if (space !== 'prompt') return int32Tensor(pairsOf(pool, items), [items.length, 2]);
  return int32Tensor(items.map((item) => pool.promptRows[pool.promptOf[item]!]!));
}

const trailOf = (tensors: Parameters<typeof valuesOf>[0], values: string) => ({
  positions: valuesOf(tensors, 'positions', 'int32'),
  values: valuesOf(tensors, values, 'float64'),
});
