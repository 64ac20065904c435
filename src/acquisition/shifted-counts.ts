import type { PromptFeatures } from './neighbour-graph.ts';

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
  return input.remaining.map((items, prompt) => (items === 0 ? 0 : countNear(prompts, prompt, shift, input)));
}

function countNear(prompts: PromptFeatures, prompt: number, shift: Float64Array, input: ShiftedCountsInput): number {
  const limit = input.radius[prompt]!;
  return input.acquired.reduce((count, items, other) => {
    const near = items > 0 && Math.sqrt(shiftedSquare(prompts, prompt, other, shift)) <= limit;
    return near ? count + items : count;
  }, 0);
}

function shiftedSquare(
  { values, dimension }: PromptFeatures,
  moved: number,
  fixed: number,
  shift: Float64Array,
): number {
  const [startA, startB] = [moved * dimension, fixed * dimension];
  let sum = 0;
  for (let axis = 0; axis < dimension; axis++) {
    const difference = values[startA + axis]! - shift[axis]! - values[startB + axis]!;
    sum += difference * difference;
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
