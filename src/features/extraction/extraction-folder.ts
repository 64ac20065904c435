import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { Shard } from '../../protocol/operations/features-extract.ts';

/** `i/n`, i from 1. @throws BalpmError (usage) for anything else. */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index >= 1 && shard.index <= shard.count) return shard;
  throw usageError(`Cannot use --shard '${text}': it is no block i/n, 1/4 to 4/4 for one of four is needed`);
}

/** A folder of shards may be new, empty, or hold shards of before. @throws BalpmError (usage) for one of other things. */
export function refuseForeignFolder(out: string): void {
  if (!existsSync(out) || existsSync(join(out, 'plan.json'))) return;
  const isEmpty = isDirectory(out) && readdirSync(out).length === 0;
  if (!isEmpty)
    throw usageError(
      `Cannot write shards into ${quotePath(out)}: it holds other things, a new or empty folder is needed`,
    );
}

function isDirectory(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}
