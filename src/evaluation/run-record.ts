import type { DiagnosticLine } from '../diagnostics/diagnostic-line.ts';
import type { ControlEstimate } from './control/control-estimate.ts';
import type { Spread } from './metrics/batch-statistics.ts';
import type { SplitMetrics } from './metrics/split-metrics.ts';
import type { BatchPrompts } from './metrics/unique-ratios.ts';

/** The batch a round acquired: its size and distinct prompts, and how its scores and terms spread over the picks. */
export interface BatchRecord extends BatchPrompts {
  readonly statistics: Readonly<Record<string, Spread>>;
}

/** One measured round as comparison and report need it. */
export interface RoundRecord {
  readonly round: number;
  /** Labels acquired when the round was trained (initial set included, validation not). */
  readonly labels: number;
  /** Labels the budget is charged with: acquired plus, unless the config says otherwise, validation labels. */
  readonly labelsCharged: number;
  readonly splits: Readonly<Record<string, SplitMetrics>>;
  /** Squared logits by form over squared logits by form and those by features, of the labelled pairs; absent where the reward does not see it. */
  readonly covariateShare?: number;
  /** The batch this round acquired next; null for the last round. */
  readonly batch: BatchRecord | null;
  /** Seconds the round took, null when unknown. */
  readonly seconds: number | null;
}

/** A run as comparison and report see it; made by readRunRecord() from a run directory. */
export interface RunRecord {
  readonly id: string;
  readonly path: string;
  readonly status: 'done' | 'paused' | 'failed' | 'incomplete';
  /** Name shown in tables and legends: `acquisition.name`, by default the policy's. */
  readonly policy: string;
  readonly seed: number;
  /** Hash of everything that must be equal for two runs to be comparable (config without policy and seed, data, store). */
  readonly comparisonKey: string;
  /** Hashes of the columns and groups a policy may have read; null: none. */
  readonly itemFiles?: { readonly columns: string | null; readonly groups: string | null };
  /** Resolved configuration, as JSON-like plain data. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly digest: string;
  readonly rounds: readonly RoundRecord[];
  /** What uncertainty told and batches over-represented; empty in runs of earlier versions. */
  readonly diagnostics?: readonly DiagnosticLine[];
  /** What its control slices say; null or absent without acquisition.control. */
  readonly control?: ControlEstimate | null;
}
