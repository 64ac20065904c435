import type { ProgressNote } from '../../worker/client.ts';
import { formatDuration, renderBar } from '../terminal/render-progress.ts';

/** One line: the table being read, how far, rows converted, rows a second and the time left by the bytes to read. */
export function renderImportProgress({ done, total, metrics, note }: ProgressNote): string {
  const { rows, rowsPerSecond, bytesPerSecond } = metrics;
  if (total === null || !rows || !rowsPerSecond || !bytesPerSecond) return `${note ?? 'working'} …`;
  const left = formatDuration((total - done) / bytesPerSecond);
  const rate = Math.round(rowsPerSecond).toLocaleString('en-US');
  return `${note ?? ''} ${renderBar(inMegabytes(done), inMegabytes(total))} MB  ${rows.toLocaleString('en-US')} rows  ${rate}/s  ${left} left`;
}

const inMegabytes = (bytes: number): number => Math.ceil(bytes / 1e6);
