import { digamma } from '../../src/math/digamma.ts';
import type { PromptFeatures } from '../../src/acquisition/neighbour-graph.ts';
import type { PolicyContext } from '../../src/acquisition/policy.ts';

/** Options of BAL-PM as the oracle reads them; `preset` decides what is not given. */
export interface BruteForceOptions {
  readonly preset: 'paper' | 'reference';
  readonly k?: number;
  readonly beta?: number;
  readonly digammaDivisor?: number;
  readonly shiftPoolRows?: boolean;
}

export interface BruteForceInput {
  readonly context: PolicyContext;
  /** One row a prompt. */
  readonly features: PromptFeatures;
  readonly options: BruteForceOptions;
}

/**
 * BAL-PM straight from the formula, item by item, from the features: no graph, no lists, nothing incremental.
 * Shares no code with the selection but ψ.
 */
export function selectByBruteForce({ context, features, options }: BruteForceInput): number[] {
  const { k = 13, beta = 0.01, digammaDivisor = 1 } = options;
  const reference = options.preset === 'reference';
  const shift = (options.shiftPoolRows ?? reference) ? shiftOf(context, features) : null;
  const rowOf = (item: number): number[] => rowOfPrompt(features, context.promptOf[item]!);
  const start = Array.from(context.pool);
  const scale = new Map(start.map((item) => [item, reference ? rowScale(item) : promptScale(item)]));
  const left = [...start];
  const picked: number[] = [];
  while (picked.length < context.batch && left.length > 0) {
    let winner = left[0]!;
    for (const item of left) if (score(item) > score(winner)) winner = item;
    left.splice(left.indexOf(winner), 1);
    picked.push(winner);
  }
  return picked;

  function score(item: number): number {
    const D = scale.get(item)!;
    const exact = context.measures.epistemic![start.indexOf(item)]!;
    const U = reference ? Math.fround(exact) : exact;
    return U + beta * (Math.log(2 * D + 1e-4) - digamma(countWithin(item, D) + 1) / digammaDivisor);
  }

  function countWithin(item: number, D: number): number {
    const moved = rowOf(item).map((value, axis) => value - (shift?.[axis] ?? 0));
    const earlier = Array.from(context.acquired).filter((other) => euclidean(moved, rowOf(other)) <= D);
    const now = picked.filter((other) => euclidean(rowOf(item), rowOf(other)) <= D);
    return earlier.length + now.length;
  }

  // The k-th nearest row of the pool, the item's own and its duplicates' included.
  function rowScale(item: number): number {
    const distances = start.map((other) => euclidean(rowOf(item), rowOf(other))).sort((a, b) => a - b);
    return distances[Math.min(k, distances.length) - 1]!;
  }

  // The k-th nearest other prompt among those of pool and acquired items.
  function promptScale(item: number): number {
    const prompts = new Set([...start, ...context.acquired].map((other) => context.promptOf[other]!));
    prompts.delete(context.promptOf[item]!);
    const distances = [...prompts].map((other) => euclidean(rowOf(item), rowOfPrompt(features, other)));
    return distances.sort((a, b) => a - b)[Math.min(k, distances.length) - 1] ?? 0;
  }
}

const rowOfPrompt = ({ values, dimension }: PromptFeatures, prompt: number): number[] =>
  Array.from(values.subarray(prompt * dimension, (prompt + 1) * dimension));

const euclidean = (a: readonly number[], b: readonly number[]): number =>
  Math.sqrt(a.reduce((sum, value, axis) => sum + (value - b[axis]!) ** 2, 0));

/** −μ/σ of the pool's rows, ddof 1. */
function shiftOf({ pool, promptOf }: PolicyContext, features: PromptFeatures): number[] {
  const rows = Array.from(pool, (item) => rowOfPrompt(features, promptOf[item]!));
  return Array.from({ length: features.dimension }, (_, axis) => {
    const column = rows.map((row) => row[axis]!);
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    const squares = column.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return mean / Math.sqrt(squares / (column.length - 1));
  });
}
