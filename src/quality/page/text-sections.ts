import { formatCount } from '../../base/text/format-count.ts';
import { type Html, html } from '../../report/html.ts';
import { formatNumber, formatShare } from '../format-found.ts';
import type { StoredMatrix } from '../matrix.ts';
import type { Neighbourhood } from '../neighbours.ts';
import type { TextFindings } from '../quality-document.ts';

/** The first texts that have the features of another text, and pairs of them by split. */
export function equalFeaturesSection(texts: TextFindings): Html {
  const groups = (name: StoredMatrix['name']) =>
    texts.equalFeatures[name].first.map((rows) => html`<li>${rows.map((row) => textLine(texts, name, row))}</li>`);
  const listed = [...groups('prompts'), ...groups('responses')];
  return html`<h3>Unequal texts, equal features</h3>
<div class="wide"><table>
<thead><tr><th>split</th><th>pairs</th><th>both answers have the same features</th><th>share</th></tr></thead>
<tbody>
${texts.equalPairs.map(({ split, pairs, of }) => html`<tr><td>${split}</td><td>${formatCount(of)}</td><td>${formatCount(pairs)}</td><td>${formatShare(pairs / Math.max(1, of))}</td></tr>`)}
</tbody></table></div>
${listed.length === 0 ? html`<p class="soft">No two texts have the same features.</p>` : html`<p class="soft">The first groups of texts with the same features:</p><ul>${listed}</ul>`}`;
}

/** The first texts that stand in two rows with other features each. */
export function duplicatesSection(texts: TextFindings): Html {
  const listed = (['prompts', 'responses'] as const).flatMap((name) =>
    texts.duplicates[name].first.map(
      ({ rows, difference }) =>
        html`<li>rows ${rows.join(' and ')} differ by ${formatNumber(difference)} of their norm${textLine(texts, name, rows[0])}</li>`,
    ),
  );
  return html`<h3>Equal texts, unequal features</h3>
${listed.length === 0 ? html`<p class="soft">No text has features of two kinds.</p>` : html`<ul>${listed}</ul>`}`;
}

/** Prompts with those nearest to them, as text. */
export const neighboursSection = (texts: TextFindings): Html =>
  html`${texts.neighbourhoods.map((neighbourhood) => neighbourTable(texts, neighbourhood))}`;

const neighbourTable = (
  texts: TextFindings,
  { row, neighbours, median }: Neighbourhood,
): Html => html`<div class="wide"><table>
<thead><tr><th>distance</th><th class="text sentence">${excerptOf(texts, 'prompts', row)}</th></tr></thead>
<tbody>
${neighbours.map(({ row: other, distance }) => html`<tr><td>${formatNumber(distance)}</td><td class="text sentence">${excerptOf(texts, 'prompts', other)}</td></tr>`)}
<tr><td class="soft">${formatNumber(median)}</td><td class="text soft">median over all prompts</td></tr>
</tbody></table></div>`;

const textLine = (texts: TextFindings, name: StoredMatrix['name'], row: number): Html =>
  html`<div><span class="soft">${name === 'prompts' ? 'prompt' : 'response'} ${row}</span> ${excerptOf(texts, name, row)}</div>`;

const excerptOf = ({ excerpts }: TextFindings, name: StoredMatrix['name'], row: number): string =>
  excerpts[name][row] ?? '';
