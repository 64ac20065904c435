/** Finds the first largest of many values while few of them change between searches. */
export interface BlockMaxima {
  /** Must be called after a value fell. */
  readonly fell: (position: number) => void;
  /** Must be called after values changed in any other way. */
  readonly reset: () => void;
  /** Position of the largest value, the first of equals. */
  readonly argmax: () => number;
}

const BLOCK = 256;

/** Watches `values`: a search reads one maximum a block of 256 and rereads only the blocks whose maximum fell. */
export function createBlockMaxima(values: Float64Array): BlockMaxima {
  const best = new Int32Array(Math.ceil(values.length / BLOCK));
  const stale = new Uint8Array(best.length).fill(1);
  return {
    fell: (position) => {
      const block = Math.floor(position / BLOCK);
      if (best[block] === position) stale[block] = 1;
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
  };

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
