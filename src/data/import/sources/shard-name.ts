/** A file's number in a set of shards: `train-00001-of-00003` is number 1 of 3 of the set 'train'. */
export interface ShardName {
  readonly prefix: string;
  /** Text before the numbers, usually a hyphen. */
  readonly separator: string;
  readonly index: number;
  readonly total: number;
  /** Digits of the total, to form the name of another shard. */
  readonly width: number;
}

/** Any number of digits, as `datasets` and `transformers` write them; the hub's older shards end in a hash. */
const SHARD = /^(.+)([-_.])(\d{1,9})-of-(\d{1,9})(?:-[0-9a-f]+)?$/;

/** The shard of a file name without extension; null if the file is not a shard. */
export function parseShardName(stem: string): ShardName | null {
  const [, prefix, separator, index, total] = SHARD.exec(stem) ?? [];
  if (prefix === undefined || separator === undefined || index === undefined || total === undefined) return null;
  return { prefix, separator, index: Number(index), total: Number(total), width: total.length };
}
