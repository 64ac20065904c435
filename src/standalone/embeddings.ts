import { type BalpmError, dataError } from '../base/errors.ts';
import { widenBfloat16, widenFloat16 } from '../math/widen-floats.ts';
import type { Tensor } from '../worker/tensors/tensor.ts';

/** Prompt embeddings of every item: float32, row-major, size × dimension, all finite. */
export interface Embeddings {
  readonly size: number;
  readonly dimension: number;
  readonly values: Float32Array;
}

/** The embeddings of a tensor, N × d; the 16-bit types widen without loss. @throws BalpmError (data) naming the item. */
export function embeddingsOf(prompts: Tensor): Embeddings {
  const [size = 0, dimension = 0] = prompts.shape;
  const values = widen(prompts);
  if (prompts.shape.length !== 2 || size === 0 || dimension === 0)
    throw refusal(`their shape is ${shapeWords(prompts.shape)}`, 'items × features, at least 1 × 1, is needed');
  if (values.length !== size * dimension)
    throw refusal(`there are ${values.length} numbers`, `${size * dimension} are needed for their shape`);
  const bad = firstNotFinite(values);
  if (bad !== -1) {
    const [item, column] = [Math.floor(bad / dimension), bad % dimension];
    throw refusal(`item ${item} has ${values[bad]} in column ${column}`, 'finite numbers are needed');
  }
  return { size, dimension, values };
}

function widen(prompts: Tensor): Float32Array {
  switch (prompts.dtype) {
    case 'float32':
      return prompts.values;
    case 'float16':
      return widenFloat16(prompts.values);
    case 'bfloat16':
      return widenBfloat16(prompts.values);
    default:
      throw refusal(`they are ${prompts.dtype}`, 'float32, float16 or bfloat16 is needed');
  }
}

/** A plain loop: embeddings hold 10^8 numbers. */
function firstNotFinite(values: Float32Array): number {
  for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) return index;
  return -1;
}

const shapeWords = (shape: readonly number[]): string =>
  shape.length === 0 ? 'that of one number' : shape.join(' × ');

const refusal = (found: string, needed: string): BalpmError =>
  dataError(`Cannot use the prompt embeddings: ${found}, ${needed}`);
