import { existsSync } from 'node:fs';
import { usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';

/** A new store may not take the place of anything. @throws BalpmError (usage) */
export function refuseExistingStore(out: string): void {
  if (existsSync(out)) throw usageError(`Cannot write ${quotePath(out)}: it already exists, a new path is needed`);
}
