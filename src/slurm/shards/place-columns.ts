import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dataError } from '../../base/errors.ts';
import { makeDirectory, quotePath, removeFile, writeFileAtomic } from '../../base/files/files.ts';
import type { CampaignPaths } from '../campaign/campaign-paths.ts';

const stagedPath = ({ root }: CampaignPaths): string => join(root, 'columns.jsonl');

/** Where a merge writes the columns of entropies, before the store: a merge that is killed leaves none in their place. */
export function stagedColumns(paths: CampaignPaths): string {
  removeFile(stagedPath(paths));
  return stagedPath(paths);
}

/** Puts them where they were asked for. @throws BalpmError (data) where other ones are. */
export function placeColumns(paths: CampaignPaths, columns: string): void {
  const staged = stagedPath(paths);
  if (!existsSync(staged) && existsSync(columns)) return; // an earlier merge did
  const content = readFileSync(staged);
  if (existsSync(columns) && !content.equals(readFileSync(columns)))
    throw dataError(
      `Cannot write ${quotePath(columns)}: it exists and is another file; move it away and submit the same again with --only failed`,
    );
  makeDirectory(dirname(columns));
  writeFileAtomic(columns, content);
  removeFile(staged);
}
