import { largest } from '../../math/largest.ts';

/** Finds the first largest of many values while few of them change between searches. */
export interface BlockMaxima {
  /** Must be called after a value changed, before the next one does. */
  readonly changed: (position: number) => void;
  /** Must be called after many values changed. */
  readonly reset: () => void;
  /** Position of the largest value, the first of equals. */
  readonly argmax: () => number;
  /** At most `count` positions near the top, best first: all of the top when there are few values, else one a block. */
  readonly leaders: (count: number) => readonly number[];
}

const BLOCK = 256;

/** Watches `values`: a search reads one maximum a block of 256 and rereads only the blocks whose maximum changed. */
export function createBlockMaxima(values: Float64Array): BlockMaxima {
  const best = new Int32Array(Math.ceil(values.length / BLOCK));
  const stale = new Uint8Array(best.length).fill(1);
  return {
    changed: (position) => {
      const block = Math.floor(position / BLOCK);
      if (stale[block] === 1) return;
      if (best[block] === position) stale[block] = 1;
      else if (isBefore(position, best[block]!)) best[block] = position;
    },
    reset: () => {
      stale.fill(1);
    },
    argmax: () => {
      let winner = 0;
      for (let block = 0; block < best.length; block++) {
        if (stale[block] === 1) refresh(block);
        if (values[best[block]!]! > values[winner]!) winner = best[block]!;
      }
      return winner;
    },
    leaders: (count) => {
      if (best.length < 4 * count) return Array.from(largest(values, count));
      for (let block = 0; block < best.length; block++) if (stale[block] === 1) refresh(block);
      return Array.from(best)
        .sort((a, b) => (isBefore(a, b) ? -1 : 1))
        .slice(0, count);
    },
  };

  function isBefore(a: number, b: number): boolean {
    return values[a]! > values[b]! || (values[a] === values[b] && a < b);
  }

  function refresh(block: number): void {
    const end = Math.min(values.length, (block + 1) * BLOCK);
    let winner = block * BLOCK;
    for (let position = winner + 1; position < end; position++) {
      if (values[position]! > values[winner]!) winner = position;
    }
    best[block] = winner;
    stale[block] = 0;
  }
}
