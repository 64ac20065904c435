import type { Arm } from '../evaluation/arms.ts';
import { studentInterval } from '../evaluation/student-interval.ts';
import { estimateCell } from './estimate-cell.ts';
import { type Html, html } from './html.ts';
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
  return html`<h3>What labels owe to form</h3>
<p class="soft">The part of the labelled pairs’ mean squared logit that is the answers’ length, words, lines, paragraphs and list items, not their features. Near 1, the labels tell longer answers from shorter ones and little else. Means over seeds.</p>
<div class="wide"><table>
<thead><tr><th>policy</th><th>share of form</th></tr></thead>
<tbody>
${measured.map(({ policy, shares }) => html`<tr>${policyCell(policy, colours)}${estimateCell(studentInterval(shares), (value) => value.toFixed(2))}</tr>`)}
</tbody></table></div>`;
}
