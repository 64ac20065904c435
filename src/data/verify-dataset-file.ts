import { join } from 'node:path';
import { dataError } from '../base/errors.ts';
import { hashFile, quotePath, readableReason } from '../base/files/files.ts';
import type { DatasetManifest } from './dataset-format.ts';

/** A file of a dataset directory other than its manifest. */
export type DatasetFile = keyof DatasetManifest['files'];

/** Checks that the file's bytes match the manifest. @throws BalpmError (data) naming the file otherwise. */
export async function verifyDatasetFile(path: string, manifest: DatasetManifest, name: DatasetFile): Promise<void> {
  const file = join(path, name);
  if ((await hashOfFile(file)) === manifest.files[name].sha256) return;
  throw dataError(
    `Cannot use ${quotePath(file)}: its SHA-256 does not match the manifest; restore the file, or import again`,
  );
}

async function hashOfFile(file: string): Promise<string> {
  try {
    return await hashFile(file);
  } catch (error) {
    throw dataError(`Cannot read ${quotePath(file)}: ${readableReason(error)}; give a complete dataset directory`);
  }
}
