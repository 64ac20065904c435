import type { Arm } from '../../evaluation/arms.ts';
import { type ErrorCorrelations, SPLIT_MEASURES } from '../../evaluation/metrics/split-metrics.ts';
import { studentInterval } from '../../evaluation/statistics/student-interval.ts';
import { estimateCell } from '../format-number.ts';
import { type Html, html } from '../html.ts';
import { policyCell } from './policy-cell.ts';

const ERRORS = [
  ['brier', 'squared error'],
  ['error', 'error'],
] as const;

/**
 * Spearman's correlation of each measure with the errors of the last round on one split, mean over the seeds in which it is
 * defined; nothing when no run measured it.
 */
export function uncertaintyTable(arms: readonly Arm[], split: string, colours: ReadonlyMap<string, string>): Html {
  const measured = arms.filter((arm) => correlationsOf(arm, split).length > 0);
  if (measured.length === 0) return html``;
  const columns = ERRORS.flatMap(([error, title]) => SPLIT_MEASURES.map((measure) => ({ error, title, measure })));
  return html`<h3>Does uncertainty tell errors? (${split})</h3>
<p class="soft">Spearman’s correlation over items of each measure with the squared error of the prediction and with whether it missed.</p>
<div class="wide"><table>
<thead><tr><th>policy</th>${columns.map(({ title, measure }) => html`<th>${measure}, ${title}</th>`)}</tr></thead>
<tbody>
${measured.map((arm) => html`<tr>${policyCell(arm.policy, colours)}${columns.map(({ error, measure }) => cell(correlationsOf(arm, split).map((of) => of[error][measure])))}</tr>`)}
</tbody></table></div>`;
}

const correlationsOf = ({ runs }: Arm, split: string): ErrorCorrelations[] =>
  runs.flatMap(({ rounds }) => rounds.at(-1)?.splits[split]?.spearman ?? []);

function cell(values: readonly (number | null)[]): Html {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? html`<td></td>` : estimateCell(studentInterval(defined), (value) => value.toFixed(3));
}
