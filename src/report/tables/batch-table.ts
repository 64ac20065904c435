import type { Arm } from '../../evaluation/arms.ts';
import type { Spread } from '../../evaluation/metrics/batch-statistics.ts';
import type { BatchRecord } from '../../evaluation/run-record.ts';
import { mean } from '../../evaluation/statistics/student-interval.ts';
import { type Html, html } from '../html.ts';
import { policyCell } from './policy-cell.ts';

const COLUMNS = ['min', 'p5', 'p50', 'p95', 'max'] as const satisfies readonly (keyof Spread)[];

/** How every term spreads over the picks of the first and of the last batch, averaged over seeds; nothing without terms. */
export function batchTable(arms: readonly Arm[], colours: ReadonlyMap<string, string>): Html {
  const rows = arms.flatMap((arm) => rowsOf(arm, colours));
  if (rows.length === 0) return html``;
  return html`<h3>What the picks score</h3>
<p class="soft">Minimum, 5, 50 and 95 % quantiles and maximum over the picks of a batch, mean over seeds.</p>
<div class="wide"><table>
<thead><tr><th>policy</th><th class="text">term</th>${['first', 'last'].map((batch) => html`${COLUMNS.map((name) => html`<th>${batch} batch ${name}</th>`)}`)}</tr></thead>
<tbody>
${rows}
</tbody></table></div>`;
}

function rowsOf({ policy, runs }: Arm, colours: ReadonlyMap<string, string>): Html[] {
  const batches = runs.map(({ rounds }) => rounds.flatMap(({ batch }) => batch ?? []));
  const ends = [batches.flatMap((of) => of.at(0) ?? []), batches.flatMap((of) => of.at(-1) ?? [])];
  const terms = [...new Set(ends.flat().flatMap(({ statistics }) => Object.keys(statistics)))];
  return terms.map(
    (term) =>
      html`<tr>${policyCell(policy, colours)}<td class="text">${term}</td>${ends.map((end) => html`${COLUMNS.map((column) => cell(end, term, column))}`)}</tr>`,
  );
}

function cell(batches: readonly BatchRecord[], term: string, column: keyof Spread): Html {
  const values = batches.flatMap(({ statistics }) => statistics[term]?.[column] ?? []);
  return html`<td>${values.length === 0 ? '' : mean(values).toPrecision(3)}</td>`;
}
