import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { dataError, usageError } from '../../../base/errors.ts';
import { quotePath, readableReason } from '../../../base/files/files.ts';
import type { ImportOptions } from '../import-options.ts';
import { checkNamedFiles } from './check-named-files.ts';
import { findShardFault } from './find-shard-fault.ts';
import { parseShardName } from './shard-name.ts';
import { checkSplitName, orderSplits } from './split-names.ts';

/** A file to import; `split` null means that a column names the split of each line. */
export interface SourceFile {
  readonly path: string;
  readonly split: string | null;
  /** Prefix of generated ids: the split, or split and number if a split has several files. */
  readonly part: number | null;
}

const ENDING = /\.(jsonl|jsonl\.gz|parquet)$/;
/** Names of pairs in another compression, of partial downloads, or in another case. */
const LOST_ENDING =
  /\.(jsonl|parquet)(\.gz)?(\.(gz|bz2|xz|zst|lz4|zip|part|partial|incomplete|crdownload|tmp|download))?$/i;
/** A JSON array is read only if it is named, because in a directory such files usually are metadata. */
const NAMED_ENDING = /\.(jsonl|jsonl\.gz|parquet|json)$/;

/**
 * The files an import reads, in the dataset's split order.
 * @throws BalpmError (usage, data) if there are none, a name is not that of a JSONL, gzip JSONL or Parquet file, or a set
 * of shards is incomplete.
 */
export async function findSourceFiles(options: ImportOptions): Promise<SourceFile[]> {
  if (options.split !== null) checkSplitName(options.split, `--split '${options.split}'`, usageError);
  const given = options.files.map(parseFileOption);
  const found = options.source === null ? [] : await filesOf(options.source, options.split);
  const files = [...found, ...given];
  checkNamedFiles(files);
  if (files.length === 0)
    throw usageError('Cannot import: no source was given; give a directory, a file or --file SPLIT=PATH');
  return inOrder(files);
}

interface FoundFile {
  readonly path: string;
  readonly split: string | null;
}

function parseFileOption(text: string): FoundFile {
  const [, split, path] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (split === undefined || path === undefined)
    throw usageError(`Cannot use --file '${text}': it has no '='; write SPLIT=PATH`);
  checkSplitName(split, `--file '${text}'`, usageError);
  return { path: withKnownEnding(path), split };
}

async function filesOf(source: string, split: string | null): Promise<FoundFile[]> {
  if (!(await isDirectory(source))) return [{ path: withKnownEnding(source), split }];
  if (split !== null)
    throw usageError(
      `Cannot import directory ${quotePath(source)} with --split '${split}': its file names are the splits; give a single file`,
    );
  return filesInDirectory(source);
}

async function isDirectory(source: string): Promise<boolean> {
  try {
    return (await stat(source)).isDirectory();
  } catch (error) {
    throw dataError(`Cannot import ${quotePath(source)}: ${readableReason(error)}; give a directory or a file`);
  }
}

async function filesInDirectory(directory: string): Promise<FoundFile[]> {
  const entries = await readdir(directory);
  const lost = entries.find((name) => !name.startsWith('.') && !ENDING.test(name) && LOST_ENDING.test(name));
  if (lost !== undefined)
    throw dataError(
      `Cannot import directory ${quotePath(directory)}: '${lost}' would be skipped because of its extension; unpack it, rename it, fetch it again, or move it away`,
    );
  const names = entries.filter((name) => ENDING.test(name)).toSorted();
  if (names.length === 0) {
    throw dataError(
      `Cannot import directory ${quotePath(directory)}: it has no .jsonl, .jsonl.gz or .parquet file; provide one file per split`,
    );
  }
  const fault = findShardFault(names.map((name) => ({ name, stem: stemOf(name) })));
  if (fault !== null) throw notWhole(directory, fault);
  const files = names.map((name) => {
    const shard = parseShardName(stemOf(name));
    const split = shard?.prefix ?? stemOf(name);
    checkSplitName(split, quotePath(join(directory, name)));
    return { path: join(directory, name), split, index: shard?.index ?? 0 };
  });
  // By number, because names sort by it only while numbers have equal width. Splits are ordered later.
  return files.toSorted((one, other) => one.index - other.index).map(({ path, split }) => ({ path, split }));
}

const stemOf = (name: string): string => name.replace(ENDING, '');

const notWhole = (directory: string, fault: string): Error =>
  dataError(
    `Cannot import directory ${quotePath(directory)}: ${fault}; provide one file per split, or every shard of one set once`,
  );

function withKnownEnding(path: string): string {
  if (NAMED_ENDING.test(path)) return path;
  throw dataError(
    `Cannot import ${quotePath(path)}: its extension is not supported; give a .jsonl, .jsonl.gz, .parquet or .json file`,
  );
}

function inOrder(files: readonly FoundFile[]): SourceFile[] {
  const order = orderSplits(files.flatMap(({ split }) => split ?? []));
  const bySplit = [...order, null].map((split) => files.filter((file) => file.split === split));
  return bySplit.flatMap((group) =>
    group.map((file, index) => ({ ...file, part: group.length > 1 ? index + 1 : null })),
  );
}

/** The name of a dataset from its source: `…/my-pairs/` and `my-pairs.jsonl.gz` are both 'my-pairs'. */
export const nameOfSource = (path: string): string => basename(path).replace(NAMED_ENDING, '');
