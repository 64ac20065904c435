import { join } from 'node:path';
import { stringify } from 'yaml';
import { makeDirectory, writeFileAtomic } from '../base/files.ts';
import type { CompareOptions } from '../evaluation/compare-runs.ts';
import type { RunRecord } from '../evaluation/run-record.ts';
import type { Figure } from '../figures/figure.ts';
import { renderSvg } from '../figures/render-svg.ts';
import { clearFigures } from './clear-figures.ts';
import { renderPage } from './render-page.ts';
import { reportContent } from './report-content.ts';
import { baseConfig, CONFIG_FILE } from './reproduce.ts';
import type { WrittenReport } from './written-report.ts';

/**
 * Writes `index.html`, `config.yaml` and `figures/*.svg`, `*.vl.json` below `directory`, the page last; a report that is
 * already there is replaced. Nothing is written unless everything could be made.
 * @throws BalpmError (usage) as compareRuns, (environment) when the directory cannot be written.
 */
export async function writeReport(
  records: readonly RunRecord[],
  directory: string,
  options: CompareOptions = {},
): Promise<WrittenReport> {
  const { comparison, arms, figures, drawn } = reportContent(records, options);
  const drawings = new Map<string, string>();
  for (const figure of drawn) drawings.set(figure.name, await renderSvg(figure));
  const page = renderPage({ comparison, arms, figures, drawings });
  writeFigures(join(directory, 'figures'), drawn, drawings);
  writeFileAtomic(join(directory, CONFIG_FILE), stringify(baseConfig(arms)));
  writeFileAtomic(join(directory, 'index.html'), page);
  return {
    page: join(directory, 'index.html'),
    figures: drawn.map(({ name }) => join(directory, 'figures', `${name}.svg`)),
    comparison,
  };
}

function writeFigures(directory: string, figures: readonly Figure[], drawings: ReadonlyMap<string, string>): void {
  makeDirectory(directory);
  clearFigures(
    directory,
    /\.(svg|vl\.json)$/,
    new Set(figures.flatMap(({ name }) => [`${name}.svg`, `${name}.vl.json`])),
  );
  for (const { name, spec } of figures) {
    writeFileAtomic(join(directory, `${name}.svg`), `${drawings.get(name) ?? ''}\n`);
    writeFileAtomic(join(directory, `${name}.vl.json`), `${JSON.stringify(spec, null, 2)}\n`);
  }
}
