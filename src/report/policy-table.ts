import type { Comparison, PolicyResult, Result } from '../evaluation/comparison.ts';
import type { Estimate } from '../evaluation/estimate.ts';
import { formatP, formatSigned, formatValue } from './format-number.ts';
import { type Html, html, trustedHtml } from './html.ts';
import { policyCell } from './policy-cell.ts';

/** One row a policy on one split: area, final value, difference to the baseline, p value and verdict. */
export function policyTable({ baseline }: Comparison, result: Result, colours: ReadonlyMap<string, string>): Html {
  const versus =
    baseline === null ? html`` : html`<th>difference to ${baseline}</th><th>adjusted p</th><th>beats ${baseline}</th>`;
  return html`<div class="wide"><table>
<thead><tr><th>policy</th><th>seeds</th><th>area under the curve</th><th>after the last round</th>${versus}</tr></thead>
<tbody>
${result.policies.map((policy) => row(policy, baseline, colours))}
</tbody></table></div>`;
}

function row(result: PolicyResult, baseline: string | null, colours: ReadonlyMap<string, string>): Html {
  const common = html`${policyCell(result.policy, colours)}<td>${result.seeds.length}</td><td>${estimate(result.area)}</td><td>${estimate(result.final)}</td>`;
  return html`<tr>${common}${baseline === null ? html`` : versusCells(result)}</tr>`;
}

function versusCells({ againstBaseline }: PolicyResult): Html {
  if (!againstBaseline) return html`<td></td><td></td><td></td>`;
  const { difference, verdict } = againstBaseline;
  const answer = trustedHtml(verdict.answer);
  return html`<td>${estimate(difference, formatSigned)}</td><td>${formatP(difference.pAdjusted)}</td><td class="${answer}" title="${verdict.reason}">${answer}</td>`;
}

function estimate({ value, low, high }: Estimate, format: (value: number) => string = formatValue): Html {
  if (low === null || high === null) return html`${format(value)}`;
  return html`${format(value)} <span class="interval">[${format(low)}, ${format(high)}]</span>`;
}
