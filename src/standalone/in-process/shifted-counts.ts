import type { PromptFeatures } from './squared-distance.ts';

/** Items per prompt, and how far each prompt looks (size each). */
export interface ShiftedCountsInput {
  readonly remaining: Int32Array;
  readonly acquired: Int32Array;
  readonly radius: Float64Array;
}

/**
 * The reference's count of acquired items within `radius` of every prompt that remains: its own row is shifted by
 * −μ/σ of the remaining pool's rows (one an item, ddof 1), the acquired rows are not (method.md section 2).
 */
export function shiftedCounts(prompts: PromptFeatures, input: ShiftedCountsInput): Int32Array {
  const shift = poolShift(prompts, input.remaining);
  const taken = Int32Array.from(input.acquired.keys()).filter((prompt) => input.acquired[prompt]! > 0);
  return input.remaining.map((items, prompt) =>
    items === 0 ? 0 : countNear(prompts, { prompt, shift, taken }, input),
  );
}

/** A prompt that moves by −shift, and the prompts it may then be near. */
interface Moved {
  readonly prompt: number;
  readonly shift: Float64Array;
  readonly taken: Int32Array;
}

function countNear(prompts: PromptFeatures, moved: Moved, { radius, acquired }: ShiftedCountsInput): number {
  const limit = radius[moved.prompt]!;
  let count = 0;
  for (const other of moved.taken) {
    if (Math.sqrt(shiftedSquare(prompts, moved, other, limit)) <= limit) count += acquired[other]!;
  }
  return count;
}

// Axes summed before the sum is compared with what it may be.
const AXES_A_STEP = 16;
// More than the rounding of a square root and its square.
const ROUNDING = 1 + 1e-9;

/** The squared distance, or what its first axes add up to once that is beyond the limit: most are, after a few axes. */
function shiftedSquare(
  { values, dimension }: PromptFeatures,
  { prompt, shift }: Moved,
  other: number,
  limit: number,
): number {
  const [startA, startB, enough] = [prompt * dimension, other * dimension, limit * limit * ROUNDING];
  let sum = 0;
  for (let axis = 0; axis < dimension; ) {
    const end = Math.min(axis + AXES_A_STEP, dimension);
    for (; axis < end; axis++) {
      const difference = values[startA + axis]! - shift[axis]! - values[startB + axis]!;
      sum += difference * difference;
    }
    if (sum > enough) return sum;
  }
  return sum;
}

/** μ/σ of every axis over the remaining items; not finite where σ is 0 or unknown, and then nothing is near. */
function poolShift(prompts: PromptFeatures, remaining: Int32Array): Float64Array {
  const items = remaining.reduce((sum, copies) => sum + copies, 0);
  const mean = weightedSum(prompts, remaining, (value) => value).map((sum) => sum / items);
  const squares = weightedSum(prompts, remaining, (value, axis) => (value - mean[axis]!) ** 2);
  return mean.map((value, axis) => value / Math.sqrt(squares[axis]! / (items - 1)));
}

function weightedSum(
  { values, dimension }: PromptFeatures,
  weight: Int32Array,
  term: (value: number, axis: number) => number,
): Float64Array {
  const sums = new Float64Array(dimension);
  weight.forEach((items, prompt) => {
    if (items === 0) return;
    for (let axis = 0; axis < dimension; axis++) sums[axis]! += items * term(values[prompt * dimension + axis]!, axis);
  });
  return sums;
}
