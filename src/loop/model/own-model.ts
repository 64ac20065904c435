import { writeFileAtomic } from '../../base/files/files.ts';
import { readRegularSync } from '../../base/files/regular-file.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { readUserCode, type UserCode } from '../../custom-code/user-file.ts';
import type { RunPaths } from '../../ledger/run-directory.ts';
import { posteriorOf } from '../../posterior/index.ts';
import type { Workbench } from '../workbench.ts';

/**
 * The file of the user's that the posterior of a run runs, as it is now; null where its kind runs none. The worker has
 * looked at it, so that nothing is spent on code that cannot be used.
 * @throws BalpmError (usage) for a missing file or class; WorkerFailure USER_CODE for a file that fails.
 */
export async function openOwnModel({ posterior }: ExperimentConfig, workbench: Workbench): Promise<UserCode | null> {
  const { customCode } = posteriorOf(posterior.type);
  const named = customCode?.named(posterior) ?? null;
  if (customCode === undefined || named === null) return null;
  const code = await readUserCode(customCode.key, named);
  await customCode.check(code, posterior, await workbench.worker());
  return code;
}

/** Writes `model.json` (which file the model is) and says when it is another one than in the session before. */
export function recordOwnModel(paths: RunPaths, code: UserCode, note: (sentence: string) => void): void {
  const before = recordedHash(paths.model);
  if (before === code.sha256) return;
  if (before !== undefined)
    note(`The model file '${code.file}' has changed since the last session: rounds from here on use the new one`);
  writeFileAtomic(paths.model, `${JSON.stringify({ schemaVersion: 1, ...code }, null, 2)}\n`);
}

/** Undefined without a file or for a damaged one: it only serves the note, and is written anew. */
function recordedHash(file: string): string | undefined {
  try {
    return (JSON.parse(readRegularSync(file).toString('utf8')) as Partial<UserCode>).sha256;
  } catch {
    return undefined;
  }
}
