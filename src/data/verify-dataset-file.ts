import { join } from 'node:path';
import { dataError } from '../base/errors.ts';
import { hashFile, quotePath, readableReason } from '../base/files/files.ts';
import type { DatasetManifest } from './dataset-format.ts';

/** A file of a dataset directory other than its manifest. */
export type DatasetFile = keyof DatasetManifest['files'];

/** Returns when the file's bytes are those of the manifest. @throws BalpmError (data) naming the file otherwise. */
export async function verifyDatasetFile(path: string, manifest: DatasetManifest, name: DatasetFile): Promise<void> {
  const file = join(path, name);
  if ((await hashOfFile(file)) === manifest.files[name].sha256) return;
  throw dataError(
    `Cannot use ${quotePath(file)}: its SHA-256 is not the manifest's, the unchanged file is needed (import again)`,
  );
}

async function hashOfFile(file: string): Promise<string> {
  try {
    return await hashFile(file);
  } catch (error) {
    throw dataError(`Cannot read ${quotePath(file)}: ${readableReason(error)}, a whole dataset directory is needed`);
  }
}
