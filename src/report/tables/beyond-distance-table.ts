import { latestDiagnostics } from '../../diagnostics/latest-diagnostics.ts';
import type { SplitDiagnostic } from '../../diagnostics/split-diagnostic.ts';
import type { Arm } from '../../evaluation/arms.ts';
import { studentInterval } from '../../evaluation/statistics/student-interval.ts';
import { estimateCell } from '../format-number.ts';
import { type Html, html } from '../html.ts';
import { policyCell } from './policy-cell.ts';

const COLUMNS = [
  ['error', 'U with error'],
  ['distance', 'U with distance'],
  ['errorWithDistance', 'error with distance'],
  ['partial', 'U with error given distance'],
  ['noise', 'noise ±'],
] as const satisfies readonly (readonly [keyof SplitDiagnostic, string])[];

/** What uncertainty tells of errors on one split after the last round, mean over seeds; nothing where no run has it. */
export function beyondDistanceTable(arms: readonly Arm[], split: string, colours: ReadonlyMap<string, string>): Html {
  const measured = arms.filter((arm) => foundOf(arm, split).length > 0);
  if (measured.length === 0) return html``;
  return html`<h3>${split}, after the last round</h3>
<p class="soft">Spearman’s correlations over the pairs of the split: of uncertainty U with the squared error of the prediction, of both with the distance of the two answers in feature space, and of U with error where distance is held fixed. Of as many independent pairs chance keeps the last below its noise level with probability 0.95. Means over seeds.</p>
<div class="wide"><table>
<thead><tr><th>policy</th>${COLUMNS.map(([, title]) => html`<th>${title}</th>`)}</tr></thead>
<tbody>
${measured.map((arm) => html`<tr>${policyCell(arm.policy, colours)}${COLUMNS.map(([key]) => cell(foundOf(arm, split).map((found) => found[key])))}</tr>`)}
</tbody></table></div>`;
}

const foundOf = ({ runs }: Arm, split: string): SplitDiagnostic[] =>
  runs.flatMap(({ diagnostics = [] }) => latestDiagnostics(diagnostics).measured?.splits[split] ?? []);

function cell(values: readonly (number | null)[]): Html {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? html`<td></td>` : estimateCell(studentInterval(defined), (value) => value.toFixed(3));
}
