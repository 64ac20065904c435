import type { Hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

/** Slices of 4 MiB, four under way: the fastest of 1 to 256 MiB and 1 to 4, twice as fast as one at a time. */
const SLICE_BYTES = 4 << 20;
const LANES = 4;

/**
 * Runs `work` over the slices of `size` bytes, several at a time, and returns when none is under way any more.
 * @throws what the first failing slice threw, or the reason of `signal`.
 */
export async function inSlices(
  size: number,
  work: (offset: number, length: number) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < size) {
      signal?.throwIfAborted();
      const offset = next;
      next += SLICE_BYTES;
      await work(offset, Math.min(SLICE_BYTES, size - offset));
    }
  };
  const stopOthers = (error: unknown): never => {
    next = size;
    throw error;
  };
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, () => lane().catch(stopOthers)));
  const failed = lanes.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

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
