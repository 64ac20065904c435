import type { Hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

/** Hashed without a break: about 2 ms. */
const TURN_BYTES = 2 << 20;

/** Adds the bytes of an array of any size to a hash, with turns for everything else in between. */
export async function hashInTurns(hash: Hash, values: ArrayBufferView, signal?: AbortSignal): Promise<void> {
  for (let offset = 0; offset < values.byteLength; offset += TURN_BYTES) {
    signal?.throwIfAborted();
    const length = Math.min(TURN_BYTES, values.byteLength - offset);
    hash.update(new Uint8Array(values.buffer, values.byteOffset + offset, length));
    await setImmediate();
  }
}
