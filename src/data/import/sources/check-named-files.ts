import { basename, dirname, resolve } from 'node:path';
import { dataError, usageError } from '../../../base/errors.ts';
import { quotePath } from '../../../base/files/files.ts';
import { findShardFault } from './find-shard-fault.ts';

interface NamedSource {
  readonly path: string;
  readonly split: string | null;
}

/**
 * Checks that the files of each split form complete sets of shards, even if they were named one by one, because a user
 * who names one shard may have forgotten the others. Each folder may have a set of the same name.
 * @throws BalpmError (data) naming what is missing; (usage) for a file named twice.
 */
export function checkNamedFiles(files: readonly NamedSource[]): void {
  const seen = new Map<string, NamedSource[]>();
  for (const file of files) {
    const key = JSON.stringify([dirname(resolve(file.path)), file.split]);
    seen.set(key, [...(seen.get(key) ?? []), file]);
  }
  for (const group of seen.values()) checkGroup(group.map(({ path }) => path));
}

function checkGroup(paths: readonly string[]): void {
  const names = paths.map((path) => basename(path));
  const twice = paths.find((path, index) => names.indexOf(basename(path)) < index);
  if (twice !== undefined)
    throw usageError(`Cannot import ${quotePath(twice)}: it is named twice; name every file once`);
  const fault = findShardFault(names.map((name) => ({ name, stem: stemOf(name) })));
  if (fault !== null)
    throw dataError(
      `Cannot import ${quotePath(paths[0] as string)}: ${fault}; name every shard of one set once, import their directory, or rename a file that is not a shard`,
    );
}

const stemOf = (name: string): string => name.replace(/\.(jsonl|jsonl\.gz|parquet|json)$/, '');
