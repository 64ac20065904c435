import { LIMITS } from '../../protocol/envelope.ts';

/** Below this a file costs more than a frame. */
const LEAST_FILE_BYTES = 1 << 20;

/**
 * Which arrays of one message go into files, by index, given their sizes in bytes: the largest, until the frames of the
 * rest fit in `LIMITS.inlineBytes`. At most `LIMITS.frameCount` sizes always fit, because arrays below 1 MiB do.
 */
export function planTensors(sizes: readonly number[]): ReadonlySet<number> {
  const inFiles = new Set<number>();
  let inline = sizes.reduce((sum, size) => sum + size, 0);
  for (const [index, size] of [...sizes.entries()].toSorted(([, a], [, b]) => b - a)) {
    if (inline <= LIMITS.inlineBytes || size < LEAST_FILE_BYTES) break;
    inFiles.add(index);
    inline -= size;
  }
  return inFiles;
}
