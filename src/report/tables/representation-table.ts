import { latestDiagnostics } from '../../diagnostics/latest-diagnostics.ts';
import type { Representation } from '../../diagnostics/representation.ts';
import type { Arm } from '../../evaluation/arms.ts';
import { mean } from '../../evaluation/statistics/student-interval.ts';
import { type Html, html } from '../html.ts';
import { policyCell } from './policy-cell.ts';

const COLUMNS: readonly (readonly [string, (of: Representation) => number | null])[] = [
  ['pool, mean', ({ pool }) => pool.mean],
  ['picks, mean', ({ picks }) => picks.mean],
  ['picks, 5 %', ({ picks }) => picks.p5],
  ['picks, 95 %', ({ picks }) => picks.p95],
  ['shift (sd of the pool)', ({ shift }) => shift],
  ['lowest tenth ×', ({ ratios }) => ratios[0] ?? null],
  ['highest tenth ×', ({ ratios }) => ratios.at(-1) ?? null],
  ['effective share', ({ effectiveShare }) => effectiveShare],
];

/** How the last batch stands against the pool it was picked from, a row a policy and quantity, means over seeds. */
export function representationTable(arms: readonly Arm[], colours: ReadonlyMap<string, string>): Html {
  const rows = arms.flatMap((arm) => rowsOf(arm, colours));
  if (rows.length === 0) return html``;
  return html`<h3>What the last batch over-represents</h3>
<p class="soft">Each quantity of the picks against the pool they were picked from. “× 3” in a tenth: three times as many picks fall into that tenth of the pool as random ones would. Effective share: Kish’s 1 / E[w²], w the density of the picks over the pool’s, over twentieths of the quantity; about 1 for random picks. Means over seeds.</p>
<div class="wide"><table>
<thead><tr><th>policy</th><th class="text">quantity</th>${COLUMNS.map(([title]) => html`<th>${title}</th>`)}</tr></thead>
<tbody>
${rows}
</tbody></table></div>`;
}

function rowsOf({ policy, runs }: Arm, colours: ReadonlyMap<string, string>): Html[] {
  const batches = runs.flatMap(({ diagnostics = [] }) => latestDiagnostics(diagnostics).chosen?.batch ?? []);
  const names = [...new Set(batches.flatMap(({ quantities }) => Object.keys(quantities)))];
  return names.map((name) => {
    const found = batches.flatMap(({ quantities }) => quantities[name] ?? []);
    return html`<tr>${policyCell(policy, colours)}<td class="text">${name}</td>${COLUMNS.map(([, value]) => cell(found.map(value)))}</tr>`;
  });
}

function cell(values: readonly (number | null)[]): Html {
  const known = values.filter((value) => value !== null);
  return html`<td>${known.length === 0 ? '' : mean(known).toPrecision(3)}</td>`;
}
