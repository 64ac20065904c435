import { largest } from '../../math/largest.ts';

/** Finds the first largest of many values while few of them change between searches. */
export interface BlockMaxima {
  /** Must be called after a value changed, before the next one does. */
  readonly changed: (position: number) => void;
  /** Must be called after many values changed. */
  readonly reset: () => void;
  /** Position of the largest value, the first of equals. */
  readonly argmax: () => number;
  /** Positions of the `count` largest values, best first, the earlier of equals first; among ties at the end, some. */
  readonly leaders: (count: number) => readonly number[];
}

const BLOCK = 256;

/** Watches `values`: a search reads one maximum a block of 256 and rereads only the blocks whose maximum changed. */
export function createBlockMaxima(values: Float64Array): BlockMaxima {
  const best = new Int32Array(Math.ceil(values.length / BLOCK));
  const stale = new Uint8Array(best.length).fill(1);
  /** The largest value of every block, side by side: a search then reads little memory. */
  const tops = new Float64Array(best.length);
  return {
    changed: (position) => {
      const block = Math.floor(position / BLOCK);
      if (stale[block] === 1) return;
      if (best[block] === position) stale[block] = 1;
      else if (isBefore(position, best[block]!)) lead(block, position);
    },
    reset: () => {
      stale.fill(1);
    },
    argmax: () => {
      let winner = 0;
      for (let block = 0; block < best.length; block++) {
        if (stale[block] === 1) refresh(block);
        if (tops[block]! > tops[winner]!) winner = block;
      }
      return best[winner] ?? 0;
    },
    leaders: (count) => {
      if (best.length <= count) return Array.from(largest(values, count));
      for (let block = 0; block < best.length; block++) if (stale[block] === 1) refresh(block);
      return leadersAbove(tops[largest(tops, count)[count - 1]!]!).slice(0, count);
    },
  };

  /** All positions above a value and the blocks' best that equal it, best first; only blocks with a larger best are read. */
  function leadersAbove(value: number): readonly number[] {
    const leaders = Array.from(best).filter((position) => values[position] === value);
    tops.forEach((top, block) => {
      if (top > value) pushAbove(value, block, leaders);
    });
    return leaders.sort(byValue);
  }

  function pushAbove(value: number, block: number, leaders: number[]): void {
    const end = Math.min(values.length, (block + 1) * BLOCK);
    for (let position = block * BLOCK; position < end; position++)
      if (values[position]! > value) leaders.push(position);
  }

  function byValue(a: number, b: number): number {
    return isBefore(a, b) ? -1 : 1;
  }

  function isBefore(a: number, b: number): boolean {
    return values[a]! > values[b]! || (values[a] === values[b] && a < b);
  }

  function refresh(block: number): void {
    const end = Math.min(values.length, (block + 1) * BLOCK);
    let winner = block * BLOCK;
    for (let position = winner + 1; position < end; position++) {
      if (values[position]! > values[winner]!) winner = position;
    }
    lead(block, winner);
    stale[block] = 0;
  }

  function lead(block: number, position: number): void {
    best[block] = position;
    tops[block] = values[position]!;
  }
}
