import { createHash } from 'node:crypto';
import { canonicalJson } from '../../base/text/canonical-json.ts';
import { hashInTurns } from '../tensors/hash-in-turns.ts';
import type { Tensors } from '../tensors/tensor.ts';
import { bytesOf } from '../wire/frames.ts';

/** Hashed without a break: about 4 ms. */
const AT_ONCE_BYTES = 4 << 20;

/** SHA-256 of what is asked and of the bytes of its arrays: at once for small ones, so that calls keep their order. */
export function contentKey(asked: object, tensors: Tensors): string | Promise<string> {
  const hash = createHash('sha256').update(canonicalJson(asked));
  const arrays = Object.values(tensors);
  if (arrays.reduce((sum, { values }) => sum + values.byteLength, 0) > AT_ONCE_BYTES) {
    const hashAll = async (): Promise<string> => {
      for (const { values } of arrays) await hashInTurns(hash, values);
      return hash.digest('hex');
    };
    return hashAll();
  }
  for (const tensor of arrays) hash.update(bytesOf(tensor));
  return hash.digest('hex');
}
