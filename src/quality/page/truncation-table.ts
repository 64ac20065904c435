import { formatCount } from '../../base/text/format-count.ts';
import { type Html, html } from '../../report/html.ts';
import { formatShare } from '../format-found.ts';
import type { Truncation } from '../truncation.ts';

/** Texts that lost their end, by split where the store tells it. */
export const truncationTable = (truncation: readonly Truncation[]): Html => html`<div class="wide"><table>
<thead><tr><th>split</th><th>prompts</th><th>cut for answers</th><th>end cut off</th><th>responses</th><th>end cut off</th><th>nothing left</th></tr></thead>
<tbody>
${truncation.map(
  ({ split, prompts, responses, truncatedPrompts, truncatedResponses, lostResponses, cutPrompts }) =>
    html`<tr><td>${split ?? 'all'}</td><td>${formatCount(prompts)}</td>${shareCell(cutPrompts, prompts)}${shareCell(truncatedPrompts, prompts)}<td>${formatCount(responses)}</td>${shareCell(truncatedResponses, responses)}${shareCell(lostResponses, responses)}</tr>`,
)}
</tbody></table></div>`;

const shareCell = (count: number, of: number): Html =>
  html`<td>${formatCount(count)} <span class="interval">${formatShare(count / Math.max(1, of))}</span></td>`;
