import { closeSync, existsSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { removeFile } from '../../base/files/files.ts';
import { temporaryName } from '../../base/files/temporary-files.ts';
import type { CampaignPaths } from '../campaign/campaign-paths.ts';

interface ShardPlace {
  readonly index: number;
  readonly count: number;
}

/** Folder in which all shards of an extraction lie, absolute. */
export const shardsFolder = ({ root }: Pick<CampaignPaths, 'root'>): string => resolve(root, 'shards');

/** Where the parts of shard `index` of `count` lie. */
export const shardFolder = (shards: string, { index, count }: ShardPlace): string =>
  join(shards, `${five(index)}-of-${five(count)}`);

const five = (number: number): string => String(number).padStart(5, '0');

/** Whether a shard lies there whole: its last file says so. */
export function isShardThere(shards: string, shard: ShardPlace): boolean {
  const folder = shardFolder(shards, shard);
  const last = join(folder, 'shard.json');
  if (existsSync(last)) return true;
  if (!existsSync(folder)) return false;
  lookAnew(folder);
  return existsSync(last);
}

/** A client of NFS remembers for a minute what is not in a directory, unless it makes a file there. */
function lookAnew(directory: string): void {
  const path = join(directory, temporaryName('.look', 'tmp'));
  closeSync(openSync(path, 'wx'));
  removeFile(path);
}
