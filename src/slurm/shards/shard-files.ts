import { closeSync, existsSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { removeFile } from '../../base/files/files.ts';
import { temporaryName } from '../../base/files/temporary-files.ts';
import type { CampaignPaths } from '../campaign/campaign-paths.ts';

interface ShardPlace {
  readonly index: number;
  readonly count: number;
}

/** Folder of all shards of an extraction, absolute. */
export const shardsFolder = ({ root }: Pick<CampaignPaths, 'root'>): string => resolve(root, 'shards');

/** Folder of the parts of shard `index` of `count`. */
export const shardFolder = (shards: string, { index, count }: ShardPlace): string =>
  join(shards, `${five(index)}-of-${five(count)}`);

const five = (number: number): string => String(number).padStart(5, '0');

/** Whether a shard is complete, by its last file. */
export function isShardThere(shards: string, shard: ShardPlace): boolean {
  const folder = shardFolder(shards, shard);
  const last = join(folder, 'shard.json');
  if (existsSync(last)) return true;
  if (!existsSync(folder)) return false;
  lookAnew(folder);
  return existsSync(last);
}

/** An NFS client remembers for a minute that a directory does not have a file, unless it creates one there. */
function lookAnew(directory: string): void {
  const path = join(directory, temporaryName('.look', 'tmp'));
  closeSync(openSync(path, 'wx'));
  removeFile(path);
}
