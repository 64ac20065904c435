/**
 * For every prompt the k smallest distances to acquired ones, as far as they have been counted. A list is exact when
 * nothing uncounted is left or the prompt's own distances were read; otherwise its k-th is an upper bound. A distance
 * that is not a number is taken for +inf.
 */
export interface NearestAcquired {
  readonly k: number;
  /** The k-th smallest distance of every prompt (U); +inf while fewer than k are known. */
  readonly kth: Float64Array;
  /** How often every prompt counts as acquired, for all lists (U). */
  readonly counted: Int32Array;
  /** How often every prompt counts as acquired, but only in the lists that are marked exact (U). */
  readonly uncounted: Int32Array;
  /** Whether a prompt's list holds all that is acquired. */
  readonly isExact: (prompt: number) => boolean;
  /** Distance to the `rank`-th nearest, 1 being the nearest; +inf when fewer are known. */
  readonly distance: (prompt: number, rank: number) => number;
  /** Enters `copies` acquired items of a prompt into every list, given its distances to all (U). */
  readonly count: (prompt: number, copies: number, row: Float64Array, visit: (prompt: number) => void) => void;
  /** Leaves acquired items out of the lists until a prompt's own distances are read; no list is exact any more. */
  readonly leaveUncounted: (prompt: number, copies: number) => void;
  /** Makes one list exact from the prompt's own distances to all (U). */
  readonly settle: (prompt: number, row: Float64Array) => void;
}

/** Lists of length k over `size` prompts, with nothing acquired: 8 · (k + 1) bytes a prompt. */
export function createNearestAcquired(size: number, k: number): NearestAcquired {
  const lists = new Float64Array(size * k).fill(Infinity);
  const kth = new Float64Array(size).fill(Infinity);
  const [counted, uncounted] = [new Int32Array(size), new Int32Array(size)];
  const settled = new Uint8Array(size);
  let open = 0;
  return {
    k,
    kth,
    counted,
    uncounted,
    isExact: (prompt) => open === 0 || settled[prompt] === 1,
    distance: (prompt, rank) => lists[prompt * k + rank - 1]!,
    count: (prompt, copies, row, visit) => {
      counted[prompt]! += copies;
      for (let other = 0; other < size; other++) {
        if (!(row[other]! < kth[other]!)) continue;
        for (let copy = 0; copy < copies; copy++) insert(other, row[other]!);
        visit(other);
      }
    },
    leaveUncounted: (prompt, copies) => {
      uncounted[prompt]! += copies;
      open += copies;
      settled.fill(0);
    },
    settle: (prompt, row) => {
      lists.fill(Infinity, prompt * k, (prompt + 1) * k);
      lists.set(distancesToAcquired(row).subarray(0, k), prompt * k);
      kth[prompt] = lists[prompt * k + k - 1]!;
      settled[prompt] = 1;
    },
  };

  function insert(prompt: number, distance: number): void {
    const first = prompt * k;
    let at = first + k - 1;
    if (!(distance < lists[at]!)) return;
    while (at > first && lists[at - 1]! > distance) {
      lists[at] = lists[at - 1]!;
      at--;
    }
    lists[at] = distance;
    kth[prompt] = lists[first + k - 1]!;
  }

  function distancesToAcquired(row: Float64Array): Float64Array {
    const distances: number[] = [];
    for (let other = 0; other < size; other++) {
      const copies = counted[other]! + uncounted[other]!;
      const distance = Number.isNaN(row[other]!) ? Infinity : row[other]!;
      for (let copy = 0; copy < copies; copy++) distances.push(distance);
    }
    return Float64Array.from(distances).sort();
  }
}
