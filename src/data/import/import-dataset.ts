import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BalpmError, usageError } from '../../base/errors.ts';
import { makeDirectory, publishDirectory, quotePath } from '../../base/files/files.ts';
import { suggestion } from '../../base/text/nearest-name.ts';
import { readDataset } from '../dataset.ts';
import type { DatasetManifest } from '../dataset-format.ts';
import { DatasetWriter, type NewItem } from '../dataset-writer.ts';
import { countLabel, type LabelCounts, startCounts } from '../description/count-labels.ts';
import { mirrorLabel, probabilityOf } from '../label.ts';
import { textEncoding } from '../lines/text-encoding.ts';
import { describeOverlap } from '../overlap.ts';
import type { DroppedRecords } from './bad-records.ts';
import type { ImportOptions } from './import-options.ts';
import { schemaOf, withSchemaColumns, withSchemaSplits } from './schemas/apply-schema.ts';
import { isSwapped, sidesRevealLabel } from './side-order.ts';
import { findSourceFiles, nameOfSource, type SourceFile } from './sources/source-files.ts';
import { openSpool, type Spool, type SpooledPair } from './spool.ts';
import { type SourceSummary, spoolSources } from './spool-sources.ts';
import { throwIfStopped } from './throw-if-stopped.ts';

/** Result of an import, beside the manifest. */
export interface ImportResult {
  readonly manifest: DatasetManifest;
  /** Labels, sides as written. */
  readonly labels: LabelCounts;
  /**
   * Why sides were shuffled: not at all, chosen and rejected columns, a side that revealed the label, or on request.
   */
  readonly shuffled: ShuffleReason;
  /** Pairs whose two responses are the same text. */
  readonly identicalAnswers: number;
  /** Records left out because they cannot be used; null for none. */
  readonly dropped: DroppedRecords | null;
  /** Notes: what splits share, repeated pairs, spelling of ids. */
  readonly notes: readonly string[];
}
type ShuffleReason = 'kept' | 'ranked' | 'revealing' | 'requested';

/**
 * Imports preference pairs into a new dataset directory, atomically. Memory grows with the number
 * of texts, not with their length.
 * @throws BalpmError naming file, line and field (data), an existing `path` (usage) or an unwritable path (environment).
 */
export async function importDataset(given: ImportOptions, path: string, signal?: AbortSignal): Promise<ImportResult> {
  const options = withSchemaColumns(given);
  checkShuffle(options);
  const sources = withSchemaSplits(await findSourceFiles(options), schemaOf(options));
  checkEncoding(options, sources);
  const splits = sources.flatMap(({ split }) => split ?? []);
  if (splits.length === sources.length) checkUnlabelled(options, new Set(splits));
  let result: ImportResult | undefined;
  await publishDirectory(path, async (temporary) => {
    result = await fill(temporary, { sources, options, name: options.name ?? nameFor(options, path), signal });
  });
  const written = result as ImportResult;
  return { ...written, notes: [...written.notes, ...describeOverlap(await readDataset(path))] };
}

/** Rejects --encoding for Parquet, which defines the encoding of its texts. */
function checkEncoding({ encoding = null }: ImportOptions, sources: readonly SourceFile[]): void {
  if (encoding === null || textEncoding(encoding) === null) return;
  const parquet = sources.find(({ path }) => path.endsWith('.parquet'));
  if (parquet !== undefined)
    throw usageError(
      `Cannot use --encoding '${encoding}' with ${quotePath(parquet.path)}: texts of Parquet are UTF-8; omit the option, or import text files only`,
    );
}

function checkShuffle({ shuffleSides, columns }: ImportOptions): void {
  if (shuffleSides === 'never' && (columns.chosen !== null || columns.rejected !== null)) throw rankedUnshuffled();
}

const rankedUnshuffled = (): BalpmError =>
  usageError(
    "Cannot use --shuffle-sides 'never' with chosen and rejected responses: the side would reveal the label; use auto or always",
  );

const nameFor = ({ source }: ImportOptions, path: string): string =>
  source === null ? basename(path) : nameOfSource(source);

async function fill(
  directory: string,
  { sources, options, name, signal }: Pick<Writing, 'sources' | 'options' | 'name' | 'signal'>,
): Promise<ImportResult> {
  const spoolDirectory = join(directory, 'spool');
  makeDirectory(spoolDirectory);
  const spool = openSpool(spoolDirectory);
  try {
    const summary = await spoolSources(spool, sources, options, signal);
    spool.close();
    const splits = spool.splits();
    checkUnlabelled(options, new Set(splits));
    const result = await writePairs({ directory, name, spool, splits, summary, sources, options, signal });
    await rm(spoolDirectory, { recursive: true });
    return result;
  } finally {
    spool.abandon();
  }
}

function checkUnlabelled({ unlabelled }: ImportOptions, splits: ReadonlySet<string>): void {
  const unknown = unlabelled.find((name) => !splits.has(name));
  if (unknown === undefined) return;
  throw usageError(
    `Cannot use --unlabelled '${unknown}': that split does not exist; use one of ${[...splits].join(', ')}${suggestion(unknown, [...splits])}`,
  );
}

interface Writing {
  readonly directory: string;
  readonly name: string;
  readonly spool: Spool;
  readonly splits: readonly string[];
  readonly summary: SourceSummary;
  readonly sources: readonly SourceFile[];
  readonly options: ImportOptions;
  readonly signal: AbortSignal | undefined;
}

async function writePairs(writing: Writing): Promise<ImportResult> {
  const { directory, name, spool, splits, summary, options, signal } = writing;
  const shuffled = reasonToShuffle(summary, options);
  const writer = new DatasetWriter(directory);
  const labels = startCounts();
  try {
    for (const split of splits) {
      writer.startSplit(split);
      for await (const pair of spool.read(split)) {
        throwIfStopped(signal);
        const item = placeSides(pair, options.seed, shuffled);
        if (item.label !== null) countLabel(labels, probabilityOf(item.label), item.label.weight ?? 1);
        writer.add(item);
      }
    }
    const manifest = writer.finish(name, describeSource(writing, shuffled));
    const { identicalAnswers, dropped, notes } = summary;
    return { manifest, labels, shuffled, identicalAnswers, dropped, notes };
  } finally {
    writer.abandon();
  }
}

function reasonToShuffle(summary: SourceSummary, { shuffleSides }: ImportOptions): ShuffleReason {
  if (shuffleSides === 'never' && summary.ranked > 0) throw rankedUnshuffled();
  if (shuffleSides === 'never') return 'kept';
  if (shuffleSides === 'always') return 'requested';
  if (sidesRevealLabel(summary.sides.preferredA, summary.sides.sided)) return 'revealing';
  return summary.ranked > 0 ? 'ranked' : 'kept';
}

/** The item with its final sides; ranked pairs are shuffled unless sides are kept. */
function placeSides(pair: SpooledPair, seed: number, shuffled: ShuffleReason): NewItem {
  const { id, prompt, a, b, label, ranked } = pair;
  if (shuffled === 'kept' || (shuffled === 'ranked' && !ranked)) return { id, prompt, a, b, label };
  if (!isSwapped(seed, id, a, b)) return { id, prompt, a, b, label, swapped: false };
  return { id, prompt, a: b, b: a, label: label && mirrorLabel(label), swapped: true };
}

function describeSource(
  { sources, options, summary }: Writing,
  shuffled: ShuffleReason,
): Readonly<Record<string, unknown>> {
  return {
    type: 'import',
    files: sources.map(({ path, split }, index) => ({ name: basename(path), split, columns: summary.mappings[index] })),
    shuffled,
    seed: options.seed,
    unlabelled: options.unlabelled,
    ...(options.schema && { schema: options.schema }),
    ...(options.encoding && { encoding: options.encoding }),
    ...(summary.dropped && { dropped: summary.dropped.records }),
  };
}
