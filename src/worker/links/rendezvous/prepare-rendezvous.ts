import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { removeFile } from '../../../base/files/files.ts';
import { makePrivateDirectory } from '../remote/make-private-directory.ts';
import { assertRendezvous } from './assert-rendezvous.ts';

/**
 * Makes a rendezvous directory where there is none, and takes the mark of a run that is done away, so that workers wait
 * for the next one.
 * @throws BalpmError (environment) when others may enter it, or it is not writable.
 */
export function prepareRendezvous(directory: string): void {
  makePrivateDirectory(directory);
  assertRendezvous(directory);
  if (!existsSync(join(directory, 'orchestrator.json'))) removeFile(join(directory, 'ended.json'));
}
