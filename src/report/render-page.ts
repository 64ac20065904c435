import { stringify } from 'yaml';
import type { Arm } from '../evaluation/arms.ts';
import type { Comparison, Result } from '../evaluation/comparison.ts';
import { CURVE_METRIC_TRAITS } from '../evaluation/metrics/curve-metrics.ts';
import type { Figure } from '../figures/figure.ts';
import type { ReportFigures } from '../figures/figures-of.ts';
import { policyColours } from '../figures/palette.ts';
import { headline } from './headline.ts';
import { type Html, html, htmlDocument, trustedHtml } from './html.ts';
import { methodNotes } from './method-notes.ts';
import { baseConfig, CONFIG_FILE, reproduceCommands } from './reproduce.ts';
import { batchTable } from './tables/batch-table.ts';
import { beyondDistanceTable } from './tables/beyond-distance-table.ts';
import { controlTable } from './tables/control-table.ts';
import { finalTable } from './tables/final-table.ts';
import { formShares } from './tables/form-shares.ts';
import { policyTable } from './tables/policy-table.ts';
import { representationTable } from './tables/representation-table.ts';
import { runsTable } from './tables/runs-table.ts';
import { savingsTable } from './tables/savings-table.ts';
import { uncertaintyTable } from './tables/uncertainty-table.ts';
import { uncertaintyWarnings } from './uncertainty-warnings.ts';
import { verdictSentences } from './verdict-sentence.ts';

/** What the page is made of; `drawings` holds the SVG of each figure by its name. */
export interface Page {
  readonly comparison: Comparison;
  readonly arms: readonly Arm[];
  readonly figures: ReportFigures;
  readonly drawings: ReadonlyMap<string, string>;
}

type Colours = ReadonlyMap<string, string>;

/** The report as one HTML document: no script, nothing fetched, equal input gives equal bytes. */
export function renderPage(page: Page): string {
  const { comparison, arms, figures } = page;
  const colours = policyColours(
    comparison.policies.map(({ policy }) => policy),
    comparison.baseline,
  );
  const results = comparison.results.filter(({ metric }) => metric === comparison.metric);
  const sections = [
    opening(comparison, results),
    policiesSection(comparison, results, colours),
    figuresSection(page, 'Learning curves', figures.curves),
    savingsSection(page, results, colours),
    figuresSection(page, 'Differences by seed', figures.paired),
    figuresSection(page, 'Batch diversity', figures.diversity, batchTable(arms, colours)),
    calibrationSection(page, colours),
    uncertaintySection(page, colours),
    controlTable(arms, colours),
    html`<section><h2>How to read this</h2>${methodNotes(comparison)}</section>`,
    html`<section><h2>Runs</h2>${runsTable(arms, colours)}${leftOut(comparison)}</section>`,
    reproduceSection(arms),
  ];
  return htmlDocument(`balpm report: ${headline(comparison)}`, sections);
}

function opening(comparison: Comparison, results: readonly Result[]): Html {
  const { baseline, policies, labels } = comparison;
  const seeds = [...new Set(policies.map(({ runs }) => runs.length))].toSorted((left, right) => left - right);
  const primary = results.filter(({ split }) => split === comparison.split);
  const sentences = baseline === null ? [] : primary.flatMap((result) => verdictSentences(result, baseline));
  return html`<header>
<h1>balpm report</h1>
<p class="headline">${headline(comparison)}</p>
<p class="soft">${count(policies.length, 'policy', 'policies')}, ${seeds.join(' to ')} ${seeds.at(-1) === 1 ? 'seed' : 'seeds'} each, ${count(labels.length, 'round', 'rounds')} from ${labels[0] ?? 0} to ${labels.at(-1) ?? 0} labels. Primary metric: ${CURVE_METRIC_TRAITS[comparison.metric].title} on ${comparison.split}.</p>
<ul>${sentences.map((sentence) => html`<li>${sentence}.</li>`)}</ul>
</header>`;
}

const count = (size: number, one: string, many: string): string => `${size} ${size === 1 ? one : many}`;

function policiesSection(comparison: Comparison, results: readonly Result[], colours: Colours): Html {
  const { title, unit, better } = CURVE_METRIC_TRAITS[comparison.metric];
  const tables = results.map((result) => bySplit(comparison, result, policyTable(comparison, result, colours)));
  return html`<section><h2>Policies</h2>
<p class="soft">${title}${unit ? ` in ${unit}` : ''}, ${better} is better; 95 % intervals over seeds in brackets.</p>
${tables}</section>`;
}

function calibrationSection(page: Page, colours: Colours): Html {
  const { comparison, arms, figures } = page;
  return html`<section><h2>After the last round</h2>
<h3>${comparison.split}</h3>${finalTable(comparison, comparison.split, colours)}${uncertaintyTable(arms, comparison.split, colours)}${formShares(arms, colours)}${figureGrid(page, figures.calibration)}</section>`;
}

function uncertaintySection(page: Page, colours: Colours): Html {
  const { comparison, arms, figures } = page;
  if (arms.every(({ runs }) => runs.every(({ diagnostics = [] }) => diagnostics.length === 0))) return html``;
  return html`<section><h2>Does uncertainty know more than distance?</h2>
${beyondDistanceTable(arms, comparison.split, colours)}${uncertaintyWarnings(arms)}${figureGrid(page, figures.uncertainty)}${representationTable(arms, colours)}</section>`;
}

function figuresSection(page: Page, title: string, figures: readonly Figure[], more: Html = html``): Html {
  return figures.length === 0 ? html`` : html`<section><h2>${title}</h2>${figureGrid(page, figures)}${more}</section>`;
}

const figureGrid = ({ drawings }: Page, figures: readonly Figure[]): Html =>
  html`<div class="figures">${figures.map(
    ({ name, title, caption }) =>
      html`<figure role="img" aria-label="${title}">${trustedHtml(drawings.get(name) ?? '')}<figcaption>${caption}</figcaption></figure>`,
  )}</div>`;

function savingsSection(page: Page, results: readonly Result[], colours: Colours): Html {
  const { comparison, figures } = page;
  const compared = results.filter(({ policies }) => policies.some(({ againstBaseline }) => againstBaseline));
  if (comparison.baseline === null || compared.length === 0) return html``;
  const tables = compared.map((result) => bySplit(comparison, result, savingsTable(comparison, result, colours)));
  return html`<section><h2>Labels saved</h2>
<p class="soft">To reach a share of ${comparison.baseline}’s total gain; negative where more labels are needed.</p>
${tables}${figureGrid(page, figures.savings)}</section>`;
}

/** The table of a split, open for the primary split and `ood`, folded for the rest. */
function bySplit({ split: primary }: Comparison, { split }: Result, table: Html): Html {
  if (split === primary || split === 'ood') return html`<h3>${split}</h3>${table}`;
  return html`<details><summary>${split}</summary>${table}</details>`;
}

function leftOut({ leftOut: runs, notes }: Comparison): Html {
  const lines = [...notes, ...runs.map(({ run, reason }) => `left out: ${run}, ${reason}`)];
  return lines.length === 0
    ? html`<p class="soft">Nothing was left out.</p>`
    : html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

function reproduceSection(arms: readonly Arm[]): Html {
  return html`<section><h2>Reproduce</h2>
<p>From the directory the runs were made in, with <code>${CONFIG_FILE}</code> from beside this page:</p>
<pre>${reproduceCommands(arms).join('\n')}</pre>
<details><summary>${CONFIG_FILE}: the configuration, resolved</summary><pre>${stringify(baseConfig(arms))}</pre></details>
</section>`;
}
