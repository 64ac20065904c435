import { type Html, html, trustedHtml } from '../../report/html.ts';
import type { Check, CheckState } from '../check.ts';

/** The page's first table: every check, its state, what was found and what to do. */
export const checkTable = (checks: readonly Check[]): Html => html`<div class="wide"><table class="checks">
<thead><tr><th>check</th><th class="text">state</th><th class="text">what was found</th><th class="text">what to do</th></tr></thead>
<tbody>
${checks.map(
  ({ title, state, finding, advice }) =>
    html`<tr><td>${title}</td>${stateCell(state)}<td class="text sentence">${finding}</td><td class="text sentence">${advice}</td></tr>`,
)}
</tbody></table></div>`;

const CLASS: Readonly<Record<CheckState, string>> = { ok: 'yes', warn: 'warn', fail: 'no', skipped: 'undecided' };

const stateCell = (state: CheckState): Html =>
  html`<td class="text"><span class="${trustedHtml(CLASS[state])}">${state}</span></td>`;
