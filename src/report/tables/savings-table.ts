import type { AgainstBaseline, Comparison, PolicyResult, Result } from '../../evaluation/comparison.ts';
import { SAVINGS_SHARES } from '../../evaluation/savings.ts';
import { isDecided } from '../../evaluation/statistics/is-decided.ts';
import { formatPercent, formatSaving } from '../format-number.ts';
import { type Html, html } from '../html.ts';
import { policyCell } from './policy-cell.ts';

/**
 * Labels saved at each share of the baseline's gain, on acquired and on charged labels, on one split. Policies whose verdict
 * is undecided stand in a table of their own that is folded: their figures are within their own noise.
 */
export function savingsTable(comparison: Comparison, result: Result, colours: ReadonlyMap<string, string>): Html {
  const charged = comparison.labels.some((labels, index) => labels !== comparison.labelsCharged[index]);
  const tableOf = (policies: readonly PolicyResult[]): Html =>
    table(
      policies.flatMap(({ policy, againstBaseline }) =>
        againstBaseline ? rowsOf(policy, againstBaseline, { charged, colours }) : [],
      ),
    );
  const compared = result.policies.filter(({ againstBaseline }) => againstBaseline);
  const [decided, undecided] = [compared.filter(isDecided), compared.filter((policy) => !isDecided(policy))];
  return html`${decided.length > 0 ? tableOf(decided) : html``}${undecided.length > 0 ? folded(undecided, tableOf(undecided)) : html``}`;
}

const folded = (policies: readonly PolicyResult[], content: Html): Html =>
  html`<details><summary>without a verdict: ${policies.map(({ policy }) => policy).join(', ')}</summary>${content}</details>`;

function table(rows: readonly Html[]): Html {
  return html`<div class="wide"><table>
<thead><tr><th>policy</th><th class="text">labels counted</th>${SAVINGS_SHARES.map((share) => html`<th>at ${formatPercent(share)}</th>`)}<th>reference’s rule</th></tr></thead>
<tbody>
${rows}
</tbody></table></div>`;
}

interface RowOptions {
  readonly charged: boolean;
  readonly colours: ReadonlyMap<string, string>;
}

function rowsOf(policy: string, against: AgainstBaseline, { charged, colours }: RowOptions): Html[] {
  const first = policyCell(policy, colours);
  const reference = against.referenceSavings === null ? 'never' : formatPercent(against.referenceSavings);
  const acquired = html`<tr>${first}<td class="text">acquired</td>${cells(against.savings)}<td>${reference}</td></tr>`;
  return charged
    ? [acquired, html`<tr>${first}<td class="text">with validation</td>${cells(against.savingsCharged)}<td></td></tr>`]
    : [acquired];
}

const cells = (savings: AgainstBaseline['savings']): Html[] =>
  savings.map((saving) => html`<td>${formatSaving(saving)}</td>`);
