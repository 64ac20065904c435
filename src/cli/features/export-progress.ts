import type { ProgressNote } from '../../worker/client.ts';
import { renderBar } from '../terminal/render-progress.ts';

/** One line: what is written, and how many rows of all. */
export const renderExportProgress = ({ done, total, note }: ProgressNote): string =>
  total === null ? `${note ?? 'working'} …` : `${note ?? ''} ${renderBar(done, total)} rows`;
