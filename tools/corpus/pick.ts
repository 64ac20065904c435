import type { RandomStream } from '../../src/random/stream.ts';

/** One of some values, each alike likely. */
export function pick<T>(values: readonly T[], stream: RandomStream): T {
  return values[stream.below(values.length)] as T;
}
