import type { Comparison, Result } from '../../evaluation/comparison.ts';
import { CURVE_METRIC_TRAITS } from '../../evaluation/metrics/curve-metrics.ts';
import { estimateCell } from '../format-number.ts';
import { type Html, html } from '../html.ts';
import { policyCell } from './policy-cell.ts';

/** Every metric of every policy after the last round, on one split. */
export function finalTable(
  { results, policies }: Comparison,
  split: string,
  colours: ReadonlyMap<string, string>,
): Html {
  const columns = results.filter((result) => result.split === split);
  return html`<div class="wide"><table>
<thead><tr><th>policy</th>${columns.map(({ metric }) => html`<th>${CURVE_METRIC_TRAITS[metric].title}</th>`)}</tr></thead>
<tbody>
${policies.map(({ policy }) => html`<tr>${policyCell(policy, colours)}${columns.map((column) => cell(column, policy))}</tr>`)}
</tbody></table></div>`;
}

function cell({ policies }: Result, policy: string): Html {
  const found = policies.find((result) => result.policy === policy);
  return found ? estimateCell(found.final) : html`<td></td>`;
}
