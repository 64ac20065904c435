import { join, resolve } from 'node:path';
import { dataError } from '../../base/errors.ts';
import { hashFile, quotePath, readableReason } from '../../base/files/files.ts';
import type { DatasetManifest } from '../../data/dataset-format.ts';

/** Texts that stand in for the prompts of a cut dataset where these are embedded alone, a line each. */
export const PROMPTS_ALONE_FILE = 'prompts-alone.jsonl';

/** The absolute path of that file of a dataset. @throws BalpmError (data) when it is missing or was changed. */
export async function findPromptsAlone(dataset: string, { source }: Pick<DatasetManifest, 'source'>): Promise<string> {
  const file = join(resolve(dataset), PROMPTS_ALONE_FILE);
  const found = await hashFile(file).catch((error: unknown) => {
    throw dataError(`Cannot read ${quotePath(file)}: ${readableReason(error)}, a whole dataset directory is needed`);
  });
  if (found === source['promptsAlone']) return file;
  throw dataError(
    `Cannot use ${quotePath(file)}: its SHA-256 does not match the manifest; restore the file, or cut again`,
  );
}
