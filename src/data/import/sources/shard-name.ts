/** The place of a file in a set of shards: `train-00001-of-00003` is number 1 of 3 of the set 'train'. */
export interface ShardName {
  readonly prefix: string;
  /** What stands before the numbers: a hyphen, mostly. */
  readonly separator: string;
  readonly index: number;
  readonly total: number;
  /** Digits of the total, to write another shard's name. */
  readonly width: number;
}

/** Any number of digits, as `datasets` and `transformers` write them; the hub's older shards end in a hash. */
const SHARD = /^(.+)([-_.])(\d{1,9})-of-(\d{1,9})(?:-[0-9a-f]+)?$/;

/** The place of a file by its name without ending; null for a file that is no shard. */
export function parseShardName(stem: string): ShardName | null {
  const [, prefix, separator, index, total] = SHARD.exec(stem) ?? [];
  if (prefix === undefined || separator === undefined || index === undefined || total === undefined) return null;
  return { prefix, separator, index: Number(index), total: Number(total), width: total.length };
}
