import { dataError } from '../../../base/errors.ts';
import { diskFailure } from '../../../base/files/disk-failure.ts';
import { quotePath } from '../../../base/files/files.ts';
import { appendRegular } from '../../../base/files/regular-file.ts';
import { systemReason } from '../../../base/files/system-failure.ts';
import type { ProgressNote } from '../../../worker/client.ts';
import { createPace, type ExtractProgress } from '../extract-progress.ts';

/** Seconds between two lines. */
const LINE_SECONDS = 5;

/** Nothing to write to. */
const NOWHERE: ExtractProgress = { observe: () => undefined, close: () => undefined };

/**
 * Progress as JSON Lines for dashboards, appended to a file: one line a phase, one every 5 seconds, and the last there was.
 * @throws BalpmError (environment) when the disk takes nothing, (data) when the file cannot be written, at the start.
 */
export function createProgressFile(path: string | null): ExtractProgress {
  if (path === null) return NOWHERE;
  touch(path);
  const isDue = createPace(() => performance.now() / 1000, LINE_SECONDS);
  let unwritten: ProgressNote | undefined;
  return {
    observe: (progress) => {
      unwritten = progress;
      if (!isDue(progress.note)) return;
      append(path, progress);
      unwritten = undefined;
    },
    close: () => {
      if (unwritten) append(path, unwritten);
    },
  };
}

function touch(path: string): void {
  try {
    appendRegular(path, '');
  } catch (error) {
    throw (
      diskFailure(error) ??
      dataError(`Cannot write progress to ${quotePath(path)}: ${systemReason(error)}; give a file that can be written`)
    );
  }
}

function append(path: string, { done, total, metrics, note }: ProgressNote): void {
  const line = { time: new Date().toISOString(), phase: note, done, total, ...metrics };
  try {
    appendRegular(path, `${JSON.stringify(line)}\n`);
  } catch {
    // A full disk stops no extraction for the sake of its dashboard; what writes the parts will say it.
  }
}
