import type { Comparison } from '../evaluation/comparison.ts';

/** What was written and what it says. */
export interface WrittenReport {
  /** The page, or the document of all figures. */
  readonly page: string;
  /** Each figure's own file. */
  readonly figures: readonly string[];
  readonly comparison: Comparison;
}
