import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dataError } from '../../base/errors.ts';
import { makeDirectory, quotePath, removeFile, writeFileAtomic } from '../../base/files/files.ts';
import type { CampaignPaths } from '../campaign/campaign-paths.ts';

const stagedPath = ({ root }: CampaignPaths): string => join(root, 'columns.jsonl');

/**
 * Where a merge writes the columns of entropies before it writes the store; a killed merge leaves none at their final
 * path.
 */
export function stagedColumns(paths: CampaignPaths): string {
  removeFile(stagedPath(paths));
  return stagedPath(paths);
}

/** Moves the columns to their final path. @throws BalpmError (data) if that path has other columns. */
export function placeColumns(paths: CampaignPaths, columns: string): void {
  const staged = stagedPath(paths);
  if (!existsSync(staged) && existsSync(columns)) return; // an earlier merge moved them
  const content = readFileSync(staged);
  if (existsSync(columns) && !content.equals(readFileSync(columns)))
    throw dataError(
      `Cannot write ${quotePath(columns)}: another file exists there; move it away and submit again with --only failed`,
    );
  makeDirectory(dirname(columns));
  writeFileAtomic(columns, content);
  removeFile(staged);
}
