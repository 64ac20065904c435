import type { NeighbourGraph, NeighbourSource } from '../acquisition/policy.ts';
import { readSafetensors, valuesOf as storedValuesOf } from '../features/store/safetensors.ts';
import { knnDistances } from '../protocol/operations/knn-distances.ts';
import { knnShiftedCounts } from '../protocol/operations/knn-shifted-counts.ts';
import type { StoreRef } from '../protocol/shapes.ts';
import type { CallOptions, WorkerClient } from '../worker/client.ts';
import { float64Tensor, int32Tensor, type Tensors, valuesOf } from '../worker/tensors/tensor.ts';

/** The prompts a graph is over: `rows` (int32) of a store, or of the tensor `prompts` when there is no store. */
export interface PromptPlace {
  readonly store: StoreRef | null;
  readonly tensors: Tensors;
}

/** The graph `knn.build` wrote to a file. @throws BalpmError (data) when it is not whole. */
export async function readGraph(file: string): Promise<NeighbourGraph> {
  const tensors = await readSafetensors(file);
  const ids = storedValuesOf(tensors, 'ids', 'int32', file);
  return {
    size: ids.shape[0] as number,
    neighbours: ids.shape[1] as number,
    ids: ids.values,
    distances: storedValuesOf(tensors, 'distances', 'float64', file).values,
    radius: storedValuesOf(tensors, 'radius', 'float64', file).values,
  };
}

/** Queries a message may carry so that the reply stays well below the inline limit. */
const REPLY_BYTES = 32 << 20;

/** The neighbour source whose graph the worker made and whose distances it measures. */
export function workerNeighbours(
  client: WorkerClient,
  { store, tensors: place }: PromptPlace,
  graph: NeighbourGraph,
  options: CallOptions = {},
): NeighbourSource {
  const queriesARequest = Math.max(1, Math.floor(REPLY_BYTES / (8 * graph.size)));
  return {
    graph,
    distances: async (queries) => {
      const all = new Float64Array(queries.length * graph.size);
      for (let begin = 0; begin < queries.length; begin += queriesARequest) {
        const some = int32Tensor(queries.slice(begin, begin + queriesARequest));
        const { tensors } = await client.call(knnDistances, { store }, { ...place, queries: some }, options);
        all.set(valuesOf(tensors, 'distances', 'float64'), begin * graph.size);
      }
      return all;
    },
    shiftedCounts: async (remaining, acquired, radius) => {
      const counted = {
        remaining: int32Tensor(remaining),
        acquired: int32Tensor(acquired),
        radius: float64Tensor(radius),
      };
      const { tensors } = await client.call(knnShiftedCounts, { store }, { ...place, ...counted }, options);
      return valuesOf(tensors, 'counts', 'int32');
    },
  };
}
