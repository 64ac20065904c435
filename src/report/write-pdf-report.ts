import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFilesTogether } from '../base/files/write-files-together.ts';
import type { CompareOptions } from '../evaluation/compare-runs.ts';
import type { RunRecord } from '../evaluation/run-record.ts';
import { clearFigures } from './clear-figures.ts';
import { drawPdf } from './draw-pdf.ts';
import { reportContent } from './report-content.ts';
import type { WrittenReport } from './written-report.ts';

/** What matplotlib runs in, and what stops it. */
export interface PdfOptions extends CompareOptions {
  /** Interpreter that has matplotlib. */
  readonly interpreter: string;
  readonly signal?: AbortSignal;
}

/**
 * Writes `figures/*.pdf`, one a figure, and `figures.pdf`, a page each, below `directory`, the latter last; an HTML report
 * that is there stays. Nothing is written unless everything could be drawn and has room.
 * @throws BalpmError (environment) when the interpreter is missing or has no matplotlib.
 */
export async function writePdfReport(
  records: readonly RunRecord[],
  directory: string,
  { interpreter, signal, ...options }: PdfOptions,
): Promise<WrittenReport> {
  const { comparison, drawn } = reportContent(records, options);
  const { figures, pages } = await drawPdf(interpreter, drawn, signal);
  const folder = join(directory, 'figures');
  writeFilesTogether(
    new Map([
      ...[...figures].map(([name, pdf]) => [join(folder, `${name}.pdf`), pdf] as const),
      [join(directory, 'figures.pdf'), pages],
    ]),
  );
  if (existsSync(folder)) clearFigures(folder, /\.pdf$/, new Set([...figures.keys()].map((name) => `${name}.pdf`)));
  return {
    page: join(directory, 'figures.pdf'),
    figures: [...figures.keys()].map((name) => join(folder, `${name}.pdf`)),
    comparison,
  };
}
