import { knnDistances } from '../protocol/operations/knn-distances.ts';
import type { StoreRef } from '../protocol/shapes.ts';
import type { WorkerClient } from '../worker/client.ts';
import { int32Tensor, valuesOf } from '../worker/tensors/tensor.ts';

/** What one reply may carry. */
const REPLY_BYTES = 32 << 20;

/**
 * Euclidean distances from some of the prompt rows of a store to all of them, row-major (queries × rows); `queries` are
 * positions in `rows`.
 */
export async function promptDistances(
  client: WorkerClient,
  store: StoreRef,
  { rows, queries }: { readonly rows: Int32Array; readonly queries: Int32Array },
): Promise<Float64Array> {
  const distances = new Float64Array(queries.length * rows.length);
  const atOnce = Math.max(1, Math.floor(REPLY_BYTES / (8 * rows.length)));
  for (let begin = 0; begin < queries.length; begin += atOnce) {
    const tensors = { rows: int32Tensor(rows), queries: int32Tensor(queries.slice(begin, begin + atOnce)) };
    const reply = await client.call(knnDistances, { store }, tensors);
    distances.set(valuesOf(reply.tensors, 'distances', 'float64'), begin * rows.length);
  }
  return distances;
}
