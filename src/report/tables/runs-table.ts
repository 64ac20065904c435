import type { Arm } from '../../evaluation/arms.ts';
import type { RunRecord } from '../../evaluation/run-record.ts';
import { type Html, html } from '../html.ts';
import { policyCell } from './policy-cell.ts';

/** Every run that was compared: id, policy, seed, size, duration and digest of its events. */
export function runsTable(arms: readonly Arm[], colours: ReadonlyMap<string, string>): Html {
  return html`<div class="wide"><table>
<thead><tr><th>policy</th><th>seed</th><th class="text">run</th><th>rounds</th><th>labels</th><th>seconds</th><th class="text">digest of the events</th></tr></thead>
<tbody>
${arms.flatMap(({ runs }) => runs.map((run) => row(run, colours)))}
</tbody></table></div>`;
}

const row = (run: RunRecord, colours: ReadonlyMap<string, string>): Html =>
  html`<tr>${policyCell(run.policy, colours)}<td>${run.seed}</td><td class="text">${run.id}</td><td>${run.rounds.length}</td><td>${run.rounds.at(-1)?.labels ?? 0}</td><td>${duration(run)}</td><td class="text"><code title="${run.digest}">${run.digest.slice(0, 16)}</code></td></tr>`;

function duration({ rounds }: RunRecord): string {
  const seconds = rounds.map((round) => round.seconds);
  return seconds.includes(null) ? '' : seconds.reduce<number>((sum, value) => sum + (value ?? 0), 0).toFixed(1);
}
