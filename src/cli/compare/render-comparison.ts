import type { Comparison, PolicyResult, Result } from '../../evaluation/comparison.ts';
import { CURVE_METRIC_TRAITS } from '../../evaluation/metrics/curve-metrics.ts';
import { isDecided } from '../../evaluation/statistics/is-decided.ts';
import { formatEstimate, formatPercent, formatSaving, formatSigned, formatValue } from '../../report/format-number.ts';
import { verdictSentences } from '../../report/verdict-sentence.ts';
import { renderTable } from '../terminal/render-table.ts';

/** What `balpm compare` prints: the table of the primary split, verdicts on every split, and what was left out. */
export function renderComparison(comparison: Comparison): string[] {
  const { metric, split, baseline } = comparison;
  const results = comparison.results.filter((result) => result.metric === metric);
  const primary = results.find((result) => result.split === split) as Result;
  const blocks = [
    [title(comparison)],
    renderTable(primary.policies.map((policy) => row(policy, results, baseline))),
    baseline === null ? [] : results.flatMap((result) => verdictSentences(result, baseline)),
    [...undecidedSavings(primary), ...remarks(comparison)],
  ];
  return blocks.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function title({ metric, split, labels }: Comparison): string {
  const { title: name, unit, better } = CURVE_METRIC_TRAITS[metric];
  const range = `${labels[0]} to ${labels.at(-1)} labels`;
  return `${name} on ${split}${unit ? ` (${unit})` : ''}, ${better} is better; area under the curve from ${range}; 95% intervals over seeds`;
}

function row(
  result: PolicyResult,
  results: readonly Result[],
  baseline: string | null,
): Record<string, string | number> {
  const common = {
    policy: result.policy,
    seeds: result.seeds.length,
    area: formatEstimate(result.area),
    final: formatValue(result.final.value),
  };
  const against = result.againstBaseline;
  if (!against) return common;
  const saved = (isDecided(result) ? against.savings : []).map(
    (saving) => [`saved at ${formatPercent(saving.share)}`, formatSaving(saving)] as const,
  );
  const verdicts = results.map(({ split, policies }) => {
    const found = policies.find(({ policy }) => policy === result.policy);
    return [`better on ${split}`, found?.againstBaseline?.verdict.answer ?? ''] as const;
  });
  const difference = { [`minus ${baseline}`]: formatEstimate(against.difference, formatSigned) };
  return { ...common, ...difference, ...Object.fromEntries(saved), ...Object.fromEntries(verdicts) };
}

function undecidedSavings({ policies }: Result): string[] {
  const undecided = policies.filter((result) => result.againstBaseline && !isDecided(result));
  if (undecided.length === 0) return [];
  const names = undecided.map(({ policy }) => policy).join(', ');
  return [`note: labels saved are not shown for ${names}: the verdict is undecided (--json has every estimate)`];
}

const remarks = ({ leftOut, notes }: Comparison): string[] => [
  ...notes.map((note) => `note: ${note}`),
  ...leftOut.map(({ run, reason }) => `left out: ${run}, ${reason}`),
];
