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
  /** Begins the ids that are made up: the split, or split and number where a split has several files. */
  readonly part: number | null;
}

const ENDING = /\.(jsonl|jsonl\.gz|parquet)$/;
/** Names of pairs that are packed otherwise or half there, or of another case. */
const LOST_ENDING =
  /\.(jsonl|parquet)(\.gz)?(\.(gz|bz2|xz|zst|lz4|zip|part|partial|incomplete|crdownload|tmp|download))?$/i;
/** A JSON array is read where it is named; in a directory such files are mostly about the data. */
const NAMED_ENDING = /\.(jsonl|jsonl\.gz|parquet|json)$/;

/**
 * The files an import reads, in the dataset's split order.
 * @throws BalpmError (usage, data) when there are none, a name is no JSONL, gzip JSONL or Parquet file's, or a set of
 * shards is not whole.
 */
export async function findSourceFiles(options: ImportOptions): Promise<SourceFile[]> {
  if (options.split !== null) checkSplitName(options.split, `--split '${options.split}'`, usageError);
  const given = options.files.map(parseFileOption);
  const found = options.source === null ? [] : await filesOf(options.source, options.split);
  const files = [...found, ...given];
  checkNamedFiles(files);
  if (files.length === 0)
    throw usageError('Cannot import: no source was given, a directory, a file or --file SPLIT=PATH is needed');
  return inOrder(files);
}

interface FoundFile {
  readonly path: string;
  readonly split: string | null;
}

function parseFileOption(text: string): FoundFile {
  const [, split, path] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (split === undefined || path === undefined)
    throw usageError(`Cannot use --file '${text}': there is no '=', SPLIT=PATH is needed`);
  checkSplitName(split, `--file '${text}'`, usageError);
  return { path: withKnownEnding(path), split };
}

async function filesOf(source: string, split: string | null): Promise<FoundFile[]> {
  if (!(await isDirectory(source))) return [{ path: withKnownEnding(source), split }];
  if (split !== null)
    throw usageError(
      `Cannot import directory ${quotePath(source)} with --split '${split}': its file names are the splits, a single file is needed`,
    );
  return filesInDirectory(source);
}

async function isDirectory(source: string): Promise<boolean> {
  try {
    return (await stat(source)).isDirectory();
  } catch (error) {
    throw dataError(`Cannot import ${quotePath(source)}: ${readableReason(error)}, a directory or a file is needed`);
  }
}

async function filesInDirectory(directory: string): Promise<FoundFile[]> {
  const entries = await readdir(directory);
  const lost = entries.find((name) => !name.startsWith('.') && !ENDING.test(name) && LOST_ENDING.test(name));
  if (lost !== undefined)
    throw dataError(
      `Cannot import directory ${quotePath(directory)}: '${lost}' would be passed over for the end of its name; unpack it, rename it, fetch it again, or take it away`,
    );
  const names = entries.filter((name) => ENDING.test(name)).toSorted();
  if (names.length === 0) {
    throw dataError(
      `Cannot import directory ${quotePath(directory)}: it holds no .jsonl, .jsonl.gz or .parquet file, one file a split is needed`,
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
  // By number: names sort by it only while numbers are equally wide. Splits are ordered later.
  return files.toSorted((one, other) => one.index - other.index).map(({ path, split }) => ({ path, split }));
}

const stemOf = (name: string): string => name.replace(ENDING, '');

const notWhole = (directory: string, fault: string): Error =>
  dataError(
    `Cannot import directory ${quotePath(directory)}: ${fault}; give one file a split, or every shard of one set once`,
  );

function withKnownEnding(path: string): string {
  if (NAMED_ENDING.test(path)) return path;
  throw dataError(
    `Cannot import ${quotePath(path)}: its name ends otherwise, a .jsonl, .jsonl.gz, .parquet or .json file is needed`,
  );
}

function inOrder(files: readonly FoundFile[]): SourceFile[] {
  const order = orderSplits(files.flatMap(({ split }) => split ?? []));
  const bySplit = [...order, null].map((split) => files.filter((file) => file.split === split));
  return bySplit.flatMap((group) =>
    group.map((file, index) => ({ ...file, part: group.length > 1 ? index + 1 : null })),
  );
}

/** The name a dataset gets from its source: `…/my-pairs/` and `my-pairs.jsonl.gz` are both 'my-pairs'. */
export const nameOfSource = (path: string): string => basename(path).replace(NAMED_ENDING, '');
