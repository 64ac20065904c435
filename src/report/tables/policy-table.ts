import type { Comparison, PolicyResult, Result } from '../../evaluation/comparison.ts';
import { estimateCell, formatP, formatSigned } from '../format-number.ts';
import { type Html, html, trustedHtml } from '../html.ts';
import { policyCell } from './policy-cell.ts';

/** One row a policy on one split: area, final value, difference to the baseline, p value and verdict. */
export function policyTable(comparison: Comparison, result: Result, colours: ReadonlyMap<string, string>): Html {
  const baseline = result.policies.some(({ againstBaseline }) => againstBaseline) ? comparison.baseline : null;
  const versus =
    baseline === null ? html`` : html`<th>difference to ${baseline}</th><th>adjusted p</th><th>beats ${baseline}</th>`;
  return html`<div class="wide"><table>
<thead><tr><th>policy</th><th>seeds</th><th>area under the curve</th><th>after the last round</th>${versus}</tr></thead>
<tbody>
${result.policies.map((policy) => row(policy, baseline, colours))}
</tbody></table></div>`;
}

function row(result: PolicyResult, baseline: string | null, colours: ReadonlyMap<string, string>): Html {
  const common = html`${policyCell(result.policy, colours)}<td>${result.seeds.length}</td>${estimateCell(result.area)}${estimateCell(result.final)}`;
  return html`<tr>${common}${baseline === null ? html`` : versusCells(result)}</tr>`;
}

function versusCells({ againstBaseline }: PolicyResult): Html {
  if (!againstBaseline) return html`<td></td><td></td><td></td>`;
  const { difference, verdict } = againstBaseline;
  const answer = trustedHtml(verdict.answer);
  return html`${estimateCell(difference, formatSigned)}<td>${formatP(difference.pAdjusted)}</td><td class="${answer}" title="${verdict.reason}">${answer}</td>`;
}
