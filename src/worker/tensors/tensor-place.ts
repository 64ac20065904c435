import { existsSync } from 'node:fs';
import { realpath, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** A directory of one session that arrays are exchanged through; the worker makes and locks it. */
export interface TensorPlace {
  readonly directory: string;
  /** Files on disk carry a hash and are synced; memory cannot be damaged that way. */
  readonly kind: 'memory' | 'disk';
}

/** Where a session may put its arrays. */
export interface TensorPlaceOptions {
  readonly session: string;
  /** Directory in which shared memory is taken; null: nowhere. Default '/dev/shm'. */
  readonly sharedMemory?: string | null | undefined;
  readonly runDir?: string | null | undefined;
}

const SHARED_MEMORY = '/dev/shm';
const GREATEST_MARGIN_BYTES = 256 << 20;

/** The places of a session, the fastest first; `python_worker/tensors/tensor_places.py` makes the same. */
export function tensorPlaces({ session, sharedMemory = SHARED_MEMORY, runDir }: TensorPlaceOptions): TensorPlace[] {
  const name = `balpm-${session}`;
  const isThere = sharedMemory !== null && existsSync(sharedMemory);
  return [
    ...(isThere ? [{ directory: join(resolve(sharedMemory), name), kind: 'memory' as const }] : []),
    ...(runDir ? [{ directory: join(resolve(runDir), 'tensors', name), kind: 'disk' as const }] : []),
  ];
}

/** Free bytes of a place beyond a margin for everybody else: a tenth of it, at most 256 MiB. @throws when it is not there. */
export async function roomIn({ directory }: TensorPlace): Promise<number> {
  const { bavail, blocks, bsize } = await statfs(directory);
  return bavail * bsize - Math.min(GREATEST_MARGIN_BYTES, (blocks * bsize) / 10);
}

/** The place a file really lies in, however its path is spelt; undefined when it lies in none. @throws when it is missing. */
export async function placeOf(path: string, places: readonly TensorPlace[]): Promise<TensorPlace | undefined> {
  const parent = dirname(await realpath(path));
  for (const place of places) {
    if ((await realpath(place.directory).catch(() => undefined)) === parent) return place;
  }
  return undefined;
}
