import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BalpmError } from '../base/errors.ts';
import { keepTemporaryDirectory, makeTemporaryDirectory } from '../base/files/temporary-directory.ts';
import type { RunPaths } from '../ledger/run-directory.ts';

/** Removes a run that never began; a worker's log that the message names is kept outside, and named there. */
export function withdrawRun(paths: RunPaths, error: BalpmError): BalpmError {
  const isNamed = error.message.includes(paths.workerLog) && existsSync(paths.workerLog);
  const kept = isNamed ? keepLog(paths.workerLog) : paths.workerLog;
  rmSync(paths.root, { recursive: true, force: true });
  return new BalpmError(error.kind, error.message.replaceAll(paths.workerLog, kept), { cause: error });
}

/** Where the log is kept; where it was when there is no room for it, which must not hide the failure. */
function keepLog(log: string): string {
  try {
    const directory = makeTemporaryDirectory('log');
    const kept = join(directory, 'worker.log');
    copyFileSync(log, kept);
    keepTemporaryDirectory(directory);
    return kept;
  } catch {
    return log;
  }
}
