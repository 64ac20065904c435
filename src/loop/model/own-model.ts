import { writeFileAtomic } from '../../base/files/files.ts';
import { readRegularSync } from '../../base/files/regular-file.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { readUserCode, type UserCode } from '../../custom-code/user-file.ts';
import type { RunPaths } from '../../ledger/run-directory.ts';
import type { PosteriorConfig } from '../../posterior/config.ts';
import { externalCheck } from '../../protocol/operations/external-check.ts';
import type { CallOptions } from '../../worker/calls/call.ts';
import type { Workbench } from '../workbench.ts';

/**
 * The user's own model of a run with posterior.type=external, as its file is now; null for any other run. The worker
 * has looked at it, so that nothing is spent on a class that cannot be used.
 * @throws BalpmError (usage) for a missing file or class; WorkerFailure USER_CODE for a file that fails.
 */
export async function openOwnModel({ posterior }: ExperimentConfig, workbench: Workbench): Promise<UserCode | null> {
  if (posterior.type !== 'external' || posterior.module === null) return null;
  const code = await readUserCode('posterior.module', posterior.module);
  const client = await workbench.worker();
  await client.call(
    externalCheck,
    { module: code.file, moduleSha256: code.sha256, name: code.name },
    {},
    limits(posterior),
  );
  return code;
}

/** How long the user's code may be silent. */
export const limits = ({ stallSeconds }: PosteriorConfig): CallOptions => ({ stallMs: stallSeconds * 1000 });

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
