import type { Comparison, PolicyResult, Result } from '../evaluation/comparison.ts';
import { CURVE_METRIC_TRAITS } from '../evaluation/curve-metrics.ts';
import { alignTable } from './align-table.ts';
import { formatEstimate, formatSaving, formatSigned, formatValue } from './format-number.ts';
import { verdictSentences } from './verdict-sentence.ts';

/** What `balpm compare` prints: the table of the primary split, verdicts on every split, and what was left out. */
export function renderComparison(comparison: Comparison): string[] {
  const { metric, split, baseline } = comparison;
  const results = comparison.results.filter((result) => result.metric === metric);
  const primary = results.find((result) => result.split === split) as Result;
  return [
    title(comparison),
    '',
    ...alignTable([header(results, baseline), ...primary.policies.map((policy) => row(policy, results))]),
    ...(baseline === null ? [] : ['', ...results.flatMap((result) => verdictSentences(result, baseline))]),
    ...remarks(comparison),
  ];
}

function title({ metric, split, labels }: Comparison): string {
  const { title: name, unit, better } = CURVE_METRIC_TRAITS[metric];
  return `${name} on ${split}${unit ? ` (${unit})` : ''}, ${better} is better, ${labels[0]} to ${labels.at(-1)} labels, intervals 95% over seeds`;
}

function header(results: readonly Result[], baseline: string | null): string[] {
  const common = ['policy', 'seeds', 'area under the curve', 'final'];
  if (baseline === null) return common;
  const verdicts = results.map(({ split }) => `beats ${baseline} on ${split}`);
  return [...common, `difference to ${baseline}`, 'saved at 50%', '75%', '90%', '95%', ...verdicts];
}

function row(result: PolicyResult, results: readonly Result[]): string[] {
  const common = [
    result.policy,
    String(result.seeds.length),
    formatEstimate(result.area),
    formatValue(result.final.value),
  ];
  const against = result.againstBaseline;
  if (!against) return common;
  const verdicts = results.map(
    ({ policies }) => policies.find(({ policy }) => policy === result.policy)?.againstBaseline?.verdict.answer ?? '',
  );
  return [
    ...common,
    formatEstimate(against.difference, formatSigned),
    ...against.savings.map(formatSaving),
    ...verdicts,
  ];
}

function remarks({ leftOut, notes }: Comparison): string[] {
  const lines = [
    ...notes.map((note) => `note: ${note}`),
    ...leftOut.map(({ run, reason }) => `left out: ${run}, ${reason}`),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}
