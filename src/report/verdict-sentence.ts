import type { AgainstBaseline, Result } from '../evaluation/comparison.ts';
import { CURVE_METRIC_TRAITS } from '../evaluation/metrics/curve-metrics.ts';
import { formatEstimate, formatP, formatSigned } from './format-number.ts';

/** One sentence a policy: `bald beats random on test: yes (area under the log-likelihood curve +0.0106 […] …)`. */
export function verdictSentences({ metric, split, policies }: Result, baseline: string): string[] {
  return policies.flatMap(({ policy, againstBaseline }) =>
    againstBaseline
      ? [
          `${policy} beats ${baseline} on ${split}: ${againstBaseline.verdict.answer} (${evidence(againstBaseline, metric)})`,
        ]
      : [],
  );
}

function evidence({ difference, verdict }: AgainstBaseline, metric: Result['metric']): string {
  const { title, unit, better } = CURVE_METRIC_TRAITS[metric];
  const area = `area under the ${title} curve ${formatEstimate(difference, formatSigned)}${unit ? ` ${unit}` : ''}`;
  const direction = better === 'lower' ? ', lower is better' : '';
  const seeds = `${difference.bySeed.length} paired ${difference.bySeed.length === 1 ? 'seed' : 'seeds'}`;
  return `${area}${direction}, ${seeds}, adjusted p ${formatP(difference.pAdjusted)}${verdict.answer === 'undecided' ? `; ${verdict.reason}` : ''}`;
}
