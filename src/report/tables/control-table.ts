import type { Arm } from '../../evaluation/arms.ts';
import type { Bounds } from '../../evaluation/control/anytime-interval.ts';
import type { ControlEstimate } from '../../evaluation/control/control-estimate.ts';
import { estimateCell, formatSigned } from '../format-number.ts';
import { type Html, html } from '../html.ts';
import { policyCell } from './policy-cell.ts';

/** What the control slices of runs say, a row a run that has them. */
export function controlTable(arms: readonly Arm[], colours: ReadonlyMap<string, string>): Html {
  const rows = arms.flatMap(({ policy, runs }) =>
    runs.flatMap(({ seed, control }) => (control ? [rowOf(policyCell(policy, colours), seed, control)] : [])),
  );
  if (rows.length === 0) return html``;
  return html`<section><h2>Control</h2>
<p class="soft">A share of every batch was drawn at random from the remaining pool and judged before it was learnt from. Log-likelihood: of the remaining pool under the posterior of each round, mean over rounds, unbiased. Advantage: the same under a posterior fitted on the policy’s picks less that under one fitted on as many random items, both beside the initial labels; it is that of these labels in this run, not of another number of them. Predictions count as at most 95 % sure. Brackets: 95 % for one look at a time fixed before; “all looks”: 95 % at all times at once, asymptotically; “proven”: for any number of items.</p>
<div class="wide"><table>
<thead><tr><th>policy</th><th>seed</th><th>items</th><th>log-likelihood</th><th>proven</th><th>labels each</th><th>advantage</th><th>all looks</th><th>proven</th></tr></thead>
<tbody>
${rows}
</tbody></table></div></section>`;
}

const rowOf = (policy: Html, seed: number, { logLikelihood, advantage }: ControlEstimate): Html =>
  html`<tr>${policy}<td>${seed}</td><td>${logLikelihood.items}</td>${estimateCell(logLikelihood)}${boundsCell(logLikelihood.exact)}${
    advantage === null
      ? html`<td></td><td></td><td></td><td></td>`
      : html`<td>${advantage.labels}</td>${estimateCell(advantage, formatSigned)}${boundsCell(advantage.anytime)}${boundsCell(advantage.exact)}`
  }</tr>`;

const boundsCell = ({ low, high }: Bounds): Html =>
  low === null || high === null ? html`<td></td>` : html`<td>[${formatSigned(low)}, ${formatSigned(high)}]</td>`;
