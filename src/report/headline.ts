import type { Comparison, PolicyResult } from '../evaluation/comparison.ts';
import { CURVE_METRIC_TRAITS } from '../evaluation/metrics/curve-metrics.ts';

/** The verdict on the primary metric and split in one sentence. */
export function headline(comparison: Comparison): string {
  const { baseline, metric, split } = comparison;
  const primary = comparison.results.find((result) => result.metric === metric && result.split === split);
  const compared = (primary?.policies ?? []).filter(({ againstBaseline }) => againstBaseline);
  if (baseline === null || compared.length === 0) return noVerdict(comparison);
  const clauses = [
    clause(compared, 'yes', `beat ${baseline}`, `beats ${baseline}`),
    clause(compared, 'no', `are worse than ${baseline}`, `is worse than ${baseline}`),
    clause(compared, 'undecided', `against ${baseline} are undecided`, `against ${baseline} is undecided`),
  ];
  return `On ${split} ${CURVE_METRIC_TRAITS[metric].title}, ${clauses.filter((text) => text !== '').join('; ')}.`;
}

function noVerdict({ baseline, policies }: Comparison): string {
  const reason =
    baseline === null
      ? 'there is no finished run of the baseline to compare with'
      : `there is no other policy with seeds of ${baseline}`;
  return `No verdict for ${policies.map(({ policy }) => policy).join(', ')}: ${reason}.`;
}

function clause(compared: readonly PolicyResult[], answer: string, plural: string, singular: string): string {
  const names = compared
    .filter(({ againstBaseline }) => againstBaseline?.verdict.answer === answer)
    .map(({ policy }) => policy);
  if (names.length === 0) return '';
  return `${joined(names)} ${names.length === 1 ? singular : plural}`;
}

const joined = (names: readonly string[]): string =>
  names.length === 1 ? (names[0] as string) : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
