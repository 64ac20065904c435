import type { KsgSettings } from '../../../src/acquisition/policies/batch-entropy/select.ts';
import type { PolicyContext } from '../../../src/acquisition/policy.ts';
import type { PromptFeatures } from '../../../src/standalone/in-process/squared-distance.ts';

export interface BruteForceInput {
  readonly context: PolicyContext;
  /** One row a prompt. */
  readonly features: PromptFeatures;
  readonly settings: KsgSettings;
}

/**
 * BAL-PM straight from the formula, item by item, from the features: no graph, no lists, nothing incremental, every
 * score of every pick computed anew. Shares no code with the selection.
 */
export function selectByBruteForce({ context, features, settings }: BruteForceInput): number[] {
  const { switches, k, digammaDivisor } = settings;
  const start = Array.from(context.pool);
  const everyone = [...start, ...context.acquired];
  const uncertainty = new Map(start.map((item, position) => [item, uncertaintyAt(position)]));
  const weight = weightOfEntropy(settings, [...uncertainty.values()]);
  const shift = switches.shiftPoolRows ? shiftOf(start.map(rowOf)) : null;
  const scale = new Map(start.map((item) => [item, localScale(item)]));
  const left = [...start];
  const picked: number[] = [];
  while (picked.length < context.batch && left.length > 0) {
    const entropies = left.map(entropyOf);
    const scores = (settings.standardise ? standardised(entropies) : entropies).map(
      (h, index) => uncertainty.get(left[index]!)! + weight * h,
    );
    const winner = scores.indexOf(scores.reduce((most, score) => Math.max(most, score)));
    picked.push(...left.splice(winner, 1));
  }
  return picked;

  function rowOf(item: number): number[] {
    return rowOfPrompt(features, context.promptOf[item]!);
  }

  function uncertaintyAt(position: number): number {
    const exact = context.measures.epistemic![position]!;
    return switches.precision === 'float32' ? Math.fround(exact) : exact;
  }

  function entropyOf(item: number): number {
    const D = scale.get(item)!;
    return Math.log(2 * D + 1e-4) - psi(countWithin(item, D) + 1) / digammaDivisor;
  }

  function countWithin(item: number, D: number): number {
    const moved = rowOf(item).map((value, axis) => value - (shift?.[axis] ?? 0));
    const earlier = Array.from(context.acquired).filter((other) => euclidean(moved, rowOf(other)) <= D);
    const now = picked.filter((other) => euclidean(rowOf(item), rowOf(other)) <= D);
    return earlier.length + now.length;
  }

  function localScale(item: number): number {
    const scope = switches.neighbourScope === 'all' ? everyone : start;
    const rows = switches.duplicates === 'rows' ? rowsAround(item, scope) : promptsAround(item, scope);
    const distances = rows.map((row) => euclidean(rowOf(item), row)).sort((a, b) => a - b);
    return distances[Math.min(k, distances.length) - 1] ?? 0;
  }

  function rowsAround(item: number, scope: readonly number[]): number[][] {
    return scope.filter((other) => switches.selfCounts || other !== item).map(rowOf);
  }

  function promptsAround(item: number, scope: readonly number[]): number[][] {
    const prompts = new Set(scope.map((other) => context.promptOf[other]!));
    if (!switches.selfCounts) prompts.delete(context.promptOf[item]!);
    return [...prompts].map((prompt) => rowOfPrompt(features, prompt));
  }
}

/** ψ at a positive integer: the harmonic number before it, less Euler's constant. */
function psi(n: number): number {
  let sum = -0.5772156649015329;
  for (let term = 1; term < n; term++) sum += 1 / term;
  return sum;
}

function weightOfEntropy({ beta, betaScale }: KsgSettings, uncertainties: readonly number[]): number {
  const { mean, deviation } = meanAndDeviation(uncertainties, 0);
  return betaScale === 'absolute' || deviation <= 1e-12 * mean ? beta : beta * deviation;
}

function standardised(values: readonly number[]): number[] {
  const { mean, deviation } = meanAndDeviation(values, 0);
  return values.map((value) => (deviation === 0 ? 0 : (value - mean) / deviation));
}

const shiftOf = (rows: readonly number[][]): number[] =>
  (rows[0] ?? []).map((_, axis) => {
    const { mean, deviation } = meanAndDeviation(
      rows.map((row) => row[axis]!),
      1,
    );
    return mean / deviation;
  });

function meanAndDeviation(values: readonly number[], ddof: number): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - ddof)) };
}

const rowOfPrompt = ({ values, dimension }: PromptFeatures, prompt: number): number[] =>
  Array.from(values.subarray(prompt * dimension, (prompt + 1) * dimension));

const euclidean = (a: readonly number[], b: readonly number[]): number =>
  Math.sqrt(a.reduce((sum, value, axis) => sum + (value - b[axis]!) ** 2, 0));
