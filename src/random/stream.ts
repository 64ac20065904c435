import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A part of a stream's name. Integers and text never collide: each part is tagged and length-prefixed. */
export type StreamPart = string | number;

/** Values drawn in a fixed order from one named stream. */
export interface RandomStream {
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  /** Uniform integer in [0, bound). */
  readonly below: (bound: number) => number;
  /** Standard normal (Box–Muller, both values used). */
  readonly normal: () => number;
  /** Standard Gumbel, −ln(−ln u). */
  readonly gumbel: () => number;
}

/** SHA-256 over the tagged, length-prefixed parts: the seed material both languages derive alike. */
export function seedBytes(parts: readonly StreamPart[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) {
    const text = Buffer.from(typeof part === 'number' ? `i${part}` : `s${part}`);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    hash.update(length).update(text);
  }
  return hash.digest();
}

/** The stream of that name; equal names give equal draws. Example: `openStream([seed, 'acquisition', round])`. */
export function openStream(parts: readonly StreamPart[]): RandomStream {
  const seed = seedBytes(parts);
  const words = [0, 4, 8, 12].map((offset) => seed.readInt32LE(offset));
  const generator = xoroshiro128plusFromState(words);
  const uniform = (): number => uniformFloat64(generator);
  const positive = (): number => 1 - uniform();
  let spare: number | undefined;
  return {
    uniform,
    below: (bound) => uniformInt(generator, 0, bound - 1),
    gumbel: () => -Math.log(-Math.log(positive() * (1 - Number.EPSILON))),
    normal: () => {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(positive()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}

/** `count` distinct values of `values` in random order (partial Fisher–Yates). */
export function drawWithoutReplacement<T>(stream: RandomStream, values: readonly T[], count: number): T[] {
  const remaining = [...values];
  const size = Math.min(count, remaining.length);
  for (let index = 0; index < size; index++) {
    const other = index + stream.below(remaining.length - index);
    const chosen = remaining[other] as T;
    remaining[other] = remaining[index] as T;
    remaining[index] = chosen;
  }
  return remaining.slice(0, size);
}
