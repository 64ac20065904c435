import { cutText } from '../../base/text/cut-text.ts';
import { type Html, html, htmlDocument, trustedHtml } from '../../report/html.ts';
import { headlineOf } from '../headline-of.ts';
import type { QualityDocument } from '../quality-document.ts';
import { type Skipped, sentenceOf } from '../skipped.ts';
import { checkTable } from './check-table.ts';
import { dimensionTable, normTable, varianceTable } from './matrix-tables.ts';
import { probeSection } from './probe-section.ts';
import type { QualityFigure, QualityFigures } from './quality-figures.ts';
import { duplicatesSection, equalFeaturesSection, neighboursSection } from './text-sections.ts';
import { truncationTable } from './truncation-table.ts';

/** What the page is made of; `drawings` holds the SVG of each figure by its name. */
export interface QualityPage {
  readonly document: QualityDocument;
  readonly figures: QualityFigures;
  readonly drawings: ReadonlyMap<string, string>;
}

/** Of a template much is worth reading. */
const LONGEST = 2000;

const STYLE = `.sentence { white-space: normal; min-width: 16rem; }
.checks td { vertical-align: top; } .warn { font-weight: 650; color: #b07800; }
@media (prefers-color-scheme: dark) { .warn { color: #e8b84a; } }
`;

/** The checks as one HTML document: no script, nothing fetched, texts escaped, equal input gives equal bytes. */
export function renderQualityPage(page: QualityPage): string {
  const { document, figures } = page;
  const { probe, texts, truncation } = document;
  const sections = [
    opening(document),
    section('Linear probe', orSkipped(probe, probeSection)),
    section('Truncated texts', truncation.length === 0 ? html`` : truncationTable(truncation)),
    section(
      'Texts and features',
      orSkipped(texts, (known) => html`${equalFeaturesSection(known)}${duplicatesSection(known)}`),
    ),
    section('Norms', html`${normTable(document)}${figureGrid(page, figures.norms)}`),
    section(
      'Dimensions',
      html`${dimensionTable(document)}${varianceTable(document)}${figureGrid(page, figures.variance)}`,
    ),
    section('Nearest prompts', orSkipped(texts, neighbours)),
    section('Where the features come from', sourceTable(document)),
  ];
  return htmlDocument(`balpm features quality: ${headlineOf(document.checks)}`, sections, STYLE);
}

function opening({ checks, dataset, prompts, responses, store }: QualityDocument): Html {
  const sizes = [prompts, responses].map(({ rows, columns }) => `${rows.toLocaleString('en-US')} × ${columns}`);
  return html`<header>
<h1>Is the space any good?</h1>
<p class="headline">${headlineOf(checks)}</p>
<p class="soft">Features of dataset ${cutText(dataset.name, LONGEST)} (${dataset.hash.slice(0, 12)}), store ${store.slice(0, 12)}: prompts ${sizes[0] as string}, responses ${sizes[1] as string}.</p>
</header>
${checkTable(checks)}`;
}

const section = (title: string, content: Html): Html =>
  content.html === '' ? html`` : html`<section><h2>${title}</h2>${content}</section>`;

const orSkipped = <Found extends object>(found: Found | Skipped, render: (found: Found) => Html): Html =>
  'skipped' in found ? html`<p class="soft">${sentenceOf(found)}</p>` : render(found);

const neighbours = (known: Parameters<typeof neighboursSection>[0]): Html =>
  html`<p class="soft">Five prompts, always the same of a dataset, each with the five nearest to it by Euclidean distance of prompt features. Neighbours should be about the same thing.</p>${neighboursSection(known)}`;

const figureGrid = ({ drawings }: QualityPage, figures: readonly QualityFigure[]): Html =>
  html`<div class="figures">${figures.map(
    ({ name, title, caption }) =>
      html`<figure role="img" aria-label="${title}">${trustedHtml(drawings.get(name) ?? '')}<figcaption>${caption}</figcaption></figure>`,
  )}</div>`;

const sourceTable = ({ source }: QualityDocument): Html => html`<div class="wide"><table>
<tbody>
${Object.entries(source).map(([name, value]) => html`<tr><td>${cutText(name, LONGEST)}</td><td class="text sentence">${cutText(String(value ?? 'none'), LONGEST)}</td></tr>`)}
</tbody></table></div>`;
