import type { Spread } from './metrics/batch-statistics.ts';
import type { SplitMetrics } from './metrics/split-metrics.ts';
import type { BatchRecord, RoundRecord } from './run-record.ts';

/** The reference's mode of each split that has one; any other split keeps its own name. */
const MODES: Readonly<Record<string, string>> = { validation: 'eval', pool: 'train', labelled: 'buffer' };

/** The reference's name of each term of a pick; any other term keeps its own name. */
const TERMS: Readonly<Record<string, string>> = {
  epistemic: 'Epistemic Uncertainty',
  distance: 'ent_dist_term',
  digamma: 'ent_digamma_term',
  entropy: 'state_entropy',
  weighted: 'entropy_score',
  score: 'final_score',
  uncertaintyShare: 'uncertainty_score_ratio',
};

/**
 * A round under the keys the reference logs (method.md section 7), with `round` and `labels` in front. The reference logs
 * ψ(n + 1) before it is divided by d, hence `digammaDivisor`. Null: the value is undefined, or was not measured.
 */
export function referenceRow(round: RoundRecord, digammaDivisor: number): Readonly<Record<string, number | null>> {
  const names = Object.keys(round.splits);
  return {
    round: round.round,
    labels: round.labels,
    ...Object.assign({}, ...names.map((name) => splitKeys(modeOf(name, names), round.splits[name] as SplitMetrics))),
    ...(round.batch === null ? {} : batchKeys(round.batch, digammaDivisor)),
  };
}

/** A split that has a mode's name already keeps it for itself. */
function modeOf(name: string, names: readonly string[]): string {
  const mode = MODES[name] ?? name;
  return names.includes(mode) ? name : mode;
}

function splitKeys(mode: string, metrics: SplitMetrics): Readonly<Record<string, number | null>> {
  const { spearman } = metrics;
  return {
    [`ensemble/${mode}_EnsAvgEpistemic`]: metrics.epistemic,
    [`ensemble${mode}_EnsAvgPredictive`]: metrics.predictive, // the reference has no slash here
    [`ensemble/${mode}_EnsAvgAleatoric`]: metrics.aleatoric,
    [`ensemble/${mode}_EnsAvgVariance`]: metrics.variance,
    // The reference takes a tie for a hit.
    [`ensemble/${mode}_EnsAvgAccuracy`]: metrics.accuracy + (metrics.ties ?? 0) / (2 * metrics.count),
    [`ensemble/${mode}_LogLikelihood`]: metrics.logLikelihood,
    [`ensemble/${mode}_AvgBrierScore`]: metrics.brier,
    [`ensemble/${mode}_CorrEpistemicBrierScore`]: spearman?.brier.epistemic ?? null,
    [`ensemble/${mode}_CorrPredictiveBrierScore`]: spearman?.brier.predictive ?? null,
    [`ensemble/${mode}_CorrVarianceBrierScore`]: spearman?.brier.variance ?? null,
    [`ensemble/${mode}_CorrEpistemicError`]: spearman?.error.epistemic ?? null,
    [`ensemble/${mode}_CorrPredictiveError`]: spearman?.error.predictive ?? null,
    [`ensemble/${mode}_CorrVarianceError`]: spearman?.error.variance ?? null,
  };
}

function batchKeys({ statistics }: BatchRecord, digammaDivisor: number): Readonly<Record<string, number>> {
  const keys = Object.entries(statistics).flatMap(([term, spread]) => {
    const scale = term === 'digamma' ? digammaDivisor : 1;
    const name = TERMS[term] ?? term;
    return (Object.keys(spread) as (keyof Spread)[]).map(
      (statistic) => [`batch_stats/${name}_${statistic}`, scale * spread[statistic]] as const,
    );
  });
  return Object.fromEntries(keys);
}
