import type { Arm } from '../../evaluation/arms.ts';
import { studentInterval } from '../../evaluation/statistics/student-interval.ts';
import { estimateCell } from '../format-number.ts';
import { type Html, html } from '../html.ts';
import { policyCell } from './policy-cell.ts';

/** How much of the reward is the form of the answers after the last round, mean over seeds; nothing where no run has it. */
export function formShares(arms: readonly Arm[], colours: ReadonlyMap<string, string>): Html {
  const measured = arms
    .map(({ policy, runs }) => ({
      policy,
      shares: runs.flatMap(({ rounds }) => rounds.at(-1)?.covariateShare ?? []),
    }))
    .filter(({ shares }) => shares.length > 0);
  if (measured.length === 0) return html``;
  return html`<h3>What the reward owes to form</h3>
<p class="soft">Squared logits by the form of the answers (their length and layout, posterior.bayesianLinear.covariates) over squared logits by form and those by features, of the labelled pairs. Near 1, the reward tells answers apart by their form and by little else. Means over seeds.</p>
<div class="wide"><table>
<thead><tr><th>policy</th><th>share of form</th></tr></thead>
<tbody>
${measured.map(({ policy, shares }) => html`<tr>${policyCell(policy, colours)}${estimateCell(studentInterval(shares), shown)}</tr>`)}
</tbody></table></div>`;
}

/** An interval's end may lie beyond what a share can be. */
const shown = (value: number): string => Math.min(1, Math.max(0, value)).toFixed(2);
