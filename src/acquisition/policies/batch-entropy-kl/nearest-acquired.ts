import { createDistanceNotes } from './distance-notes.ts';
import { findBelow } from './find-below.ts';

/**
 * For every prompt the k smallest distances to acquired ones, as far as they have been counted. A list is exact when
 * nothing uncounted is left or the prompt's own distances were read; otherwise its k-th is an upper bound. A distance
 * that is not a number is taken for +inf.
 */
export interface NearestAcquired {
  readonly k: number;
  /** How often every prompt counts as acquired, for all lists (U). */
  readonly counted: Int32Array;
  /** How often every prompt counts as acquired, but only in the lists that are exact (U). */
  readonly uncounted: Int32Array;
  /** Whether a prompt's list holds all that is acquired. */
  readonly isExact: (prompt: number) => boolean;
  /** Distance to the `rank`-th nearest, 1 being the nearest; +inf when fewer are known. */
  readonly distance: (prompt: number, rank: number) => number;
  /** Counts `copies` acquired items of a prompt, given its distances to all (U); the row is held until it is entered. */
  readonly count: (prompt: number, copies: number, row: Float64Array) => void;
  /** Enters the rows held into every list and lets go of them. */
  readonly enterAll: () => void;
  /** Leaves acquired items out of the lists until a prompt's own distances are read; no list is exact any more. */
  readonly leaveUncounted: (prompt: number, copies: number) => void;
  /** Makes one list exact from the prompt's own distances to all (U). */
  readonly settle: (prompt: number, row: Float64Array) => void;
}

const ignore = (): void => undefined;

// Rows held, at most, before they enter the lists together.
const HELD = 32;
// Distances noted, at most, before they enter the lists.
const NOTED = 1 << 18;
// Prompts a pass looks at for all rows before it goes on, so that their bounds stay in the processor's cache.
const CHUNK = 4096;

/**
 * Lists of length k over `size` prompts, with nothing acquired: 8 · (k + 1) + 9 bytes a prompt. Distances below a k-th
 * are noted first and enter the lists many at a time, prompt by prompt: reaching for a list is most of the work.
 */
export function createNearestAcquired(size: number, k: number): NearestAcquired {
  const lists = new Float64Array(size * k).fill(Infinity);
  const kth = new Float64Array(size).fill(Infinity);
  const [counted, uncounted] = [new Int32Array(size), new Int32Array(size)];
  const settled = new Uint8Array(size);
  let open = 0;
  const held: Float64Array[] = [];
  /** How many of the rows held each list has seen since they began to be held. */
  const entered = new Uint8Array(size);
  const notes = createDistanceNotes(size, NOTED);
  const found = new Int32Array(CHUNK);
  return {
    k,
    counted,
    uncounted,
    isExact: (prompt) => open === 0 || settled[prompt] === 1,
    distance: (prompt, rank) => {
      notes.take(prompt, enter);
      enterHeld(prompt, entered[prompt]!, held.length);
      entered[prompt] = held.length;
      // The k-th of all prompts lie side by side.
      return rank === k ? kth[prompt]! : lists[prompt * k + rank - 1]!;
    },
    count: (prompt, copies, row) => {
      counted[prompt]! += copies;
      for (let copy = 0; copy < copies; copy++) {
        if (held.length === HELD) enterAll();
        held.push(row);
      }
    },
    enterAll,
    leaveUncounted: (prompt, copies) => {
      uncounted[prompt]! += copies;
      open += copies;
      settled.fill(0);
    },
    settle: (prompt, row) => {
      lists.fill(Infinity, prompt * k, (prompt + 1) * k);
      lists.set(distancesToAcquired(row).subarray(0, k), prompt * k);
      kth[prompt] = lists[prompt * k + k - 1]!;
      notes.take(prompt, ignore);
      entered[prompt] = held.length;
      settled[prompt] = 1;
    },
  };

  function enterAll(): void {
    for (let first = 0; first < size; first += CHUNK) {
      const end = Math.min(size, first + CHUNK);
      for (let row = 0; row < held.length; row += 4) noteFour(row, first, end);
    }
    entered.fill(0);
    held.length = 0;
  }

  // Four rows a step: comparing is most of the work, and this halves it.
  function noteFour(row: number, first: number, end: number): void {
    const last = Math.min(row + 4, held.length);
    const at = (step: number): Float64Array => held[Math.min(row + step, last - 1)]!;
    const count = findBelow({ bounds: kth, rows: [at(0), at(1), at(2), at(3)], first, end }, found);
    for (let index = 0; index < count; index++) {
      const prompt = found[index]!;
      noteHeld(prompt, Math.max(row, entered[prompt]!), last);
    }
  }

  function noteHeld(prompt: number, first: number, last: number): void {
    for (let row = first; row < last; row++) {
      const distance = held[row]![prompt]!;
      if (notes.isFull()) notes.takeAll(enter);
      if (distance < kth[prompt]!) notes.add(prompt, distance);
    }
  }

  function enterHeld(prompt: number, first: number, last: number): void {
    for (let row = first; row < last; row++) enter(prompt, held[row]![prompt]!);
  }

  /** Enters a distance if it is below the k-th. */
  function enter(prompt: number, distance: number): void {
    if (!(distance < kth[prompt]!)) return;
    const first = prompt * k;
    let at = first + k - 1;
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
