import type { Labels } from '../labels.ts';

/** Number of labels, in total and per kind. */
export interface LabelCounts {
  readonly labelled: number;
  /** Labels with a side, and how many of them prefer a. */
  readonly sided: number;
  readonly preferredA: number;
  /** Probabilities other than 0 and 1, ties included. */
  readonly soft: number;
  readonly ties: number;
  /** Labels whose weight is not 1. */
  readonly weighted: number;
}

/** Counts at zero, to be added to. */
export const startCounts = () => ({ labelled: 0, sided: 0, preferredA: 0, soft: 0, ties: 0, weighted: 0 });

/** Adds one label to the counts. */
export function countLabel(counts: ReturnType<typeof startCounts>, p: number, weight: number): void {
  counts.labelled += 1;
  counts.sided += p === 0.5 ? 0 : 1;
  counts.preferredA += p > 0.5 ? 1 : 0;
  counts.soft += p > 0 && p < 1 ? 1 : 0;
  counts.ties += p === 0.5 ? 1 : 0;
  counts.weighted += weight === 1 ? 0 : 1;
}

/** Counts the labels of items that may lack one. */
export function countLabels(splits: Iterable<Labels>): LabelCounts {
  const counts = startCounts();
  for (const { probabilities, weights } of splits)
    for (const [item, p] of probabilities.entries())
      if (!Number.isNaN(p)) countLabel(counts, p, weights[item] as number);
  return counts;
}
