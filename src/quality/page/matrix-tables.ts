import { formatCount } from '../../base/text/format-count.ts';
import { type Html, html } from '../../report/html.ts';
import { formatNumber, formatShare } from '../format-found.ts';
import type { QualityFindings } from '../quality-document.ts';
import type { DimensionList, DimensionShare, MatrixSummary } from '../summarise-matrix.ts';

type Matrices = Pick<QualityFindings, 'prompts' | 'responses'>;

const QUANTILES = [
  ['min', 'min'],
  ['5 %', 'p5'],
  ['median', 'median'],
  ['95 %', 'p95'],
  ['max', 'max'],
] as const;

/** Quantiles of the norms of both matrices. */
export const normTable = (matrices: Matrices): Html => html`<div class="wide"><table>
<thead><tr><th>norms</th><th>rows</th>${QUANTILES.map(([title]) => html`<th>${title}</th>`)}<th>rows of zeros</th></tr></thead>
<tbody>
${eachMatrix(matrices, (name, { norms, rows }) => html`<tr><td>${name}</td><td>${formatCount(rows)}</td>${QUANTILES.map(([, key]) => html`<td>${formatNumber(norms[key])}</td>`)}<td>${formatCount(norms.zero)}</td></tr>`)}
</tbody></table></div>`;

/** Dimensions that tell nothing, counted, with the first of them. */
export const dimensionTable = (matrices: Matrices): Html => html`<div class="wide"><table>
<thead><tr><th>dimensions</th><th>in all</th><th class="text">dead</th><th class="text">constant</th><th class="text">nearly constant</th></tr></thead>
<tbody>
${eachMatrix(matrices, (name, { columns, dead, constant, nearConstant }) => html`<tr><td>${name}</td><td>${formatCount(columns)}</td>${[dead, constant, nearConstant].map(listCell)}</tr>`)}
</tbody></table></div>`;

/** The dimensions that have most of the variance and of the squared norm. */
export const varianceTable = (matrices: Matrices): Html => html`<div class="wide"><table>
<thead><tr><th>largest dimensions</th><th class="text">of the variance</th><th class="text">of the squared norm</th><th>equal dimensions as spread</th></tr></thead>
<tbody>
${eachMatrix(matrices, (name, { variance, squares }) => html`<tr><td>${name}</td>${[variance.largest, squares].map(shareCell)}<td>${formatNumber(variance.effective)}</td></tr>`)}
</tbody></table></div>`;

const eachMatrix = (matrices: Matrices, row: (name: string, summary: MatrixSummary) => Html): Html[] =>
  (['prompts', 'responses'] as const).map((name) => row(name, matrices[name]));

function listCell({ count, first }: DimensionList): Html {
  if (count === 0) return html`<td class="text">0</td>`;
  const listed = `${first.join(', ')}${count > first.length ? ', …' : ''}`;
  return html`<td class="text sentence">${formatCount(count)} <span class="soft">(${listed})</span></td>`;
}

const shareCell = (shares: readonly DimensionShare[]): Html =>
  html`<td class="text sentence">${shares.map(({ dimension, share }) => `${dimension}: ${formatShare(share)}`).join(', ')}</td>`;
