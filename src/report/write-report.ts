import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeFilesTogether } from '../base/files/write-files-together.ts';
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
 * already there is replaced. Nothing is written unless everything could be made and has room.
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
  const folder = join(directory, 'figures');
  const files = renderFigures(drawn, drawings);
  writeFilesTogether(
    new Map([
      ...[...files].map(([name, content]) => [join(folder, name), content] as const),
      [join(directory, CONFIG_FILE), stringify(baseConfig(arms))],
      [join(directory, 'index.html'), page],
    ]),
  );
  if (existsSync(folder)) clearFigures(folder, /\.(svg|vl\.json)$/, new Set(files.keys()));
  return {
    page: join(directory, 'index.html'),
    figures: drawn.map(({ name }) => join(directory, 'figures', `${name}.svg`)),
    comparison,
  };
}

/** Each figure as a drawing and as its specification, by name of the file. */
const renderFigures = (figures: readonly Figure[], drawings: ReadonlyMap<string, string>): Map<string, string> =>
  new Map(
    figures.flatMap(({ name, spec }) => [
      [`${name}.svg`, `${drawings.get(name) ?? ''}\n`] as const,
      [`${name}.vl.json`, `${JSON.stringify(spec, null, 2)}\n`] as const,
    ]),
  );
