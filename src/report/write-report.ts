import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { makeDirectory, writeFileAtomic } from '../base/files.ts';
import { collectArms } from '../evaluation/arms.ts';
import { type CompareOptions, compareRuns } from '../evaluation/compare-runs.ts';
import type { Comparison } from '../evaluation/comparison.ts';
import type { RunRecord } from '../evaluation/run-record.ts';
import type { Figure } from '../figures/figure.ts';
import { figuresOf } from '../figures/figures-of.ts';
import { renderSvg } from '../figures/render-svg.ts';
import { renderPage } from './render-page.ts';
import { baseConfig, CONFIG_FILE } from './reproduce.ts';

/** What was written and what it says. */
export interface WrittenReport {
  readonly page: string;
  readonly figures: readonly string[];
  readonly comparison: Comparison;
}

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
  const comparison = compareRuns(records, options);
  const { arms } = collectArms(records, options.baseline ?? 'random');
  const figures = figuresOf(comparison, arms);
  const drawn = Object.values(figures).flat() as Figure[];
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
  clearFigures(directory, new Set(figures.flatMap(({ name }) => [`${name}.svg`, `${name}.vl.json`])));
  for (const { name, spec } of figures) {
    writeFileAtomic(join(directory, `${name}.svg`), `${drawings.get(name) ?? ''}\n`);
    writeFileAtomic(join(directory, `${name}.vl.json`), `${JSON.stringify(spec, null, 2)}\n`);
  }
}

/** Takes away the figures of an earlier report that this one does not draw; other files stay. */
function clearFigures(directory: string, drawn: ReadonlySet<string>): void {
  const old = readdirSync(directory).filter((name) => /\.(svg|vl\.json)$/.test(name) && !drawn.has(name));
  for (const name of old) rmSync(join(directory, name), { force: true });
}
