import type { Command } from 'commander';
import { z } from 'zod';
import { usageError } from '../../base/errors.ts';
import { formatCount } from '../../base/text/format-count.ts';
import { type FeatureImport, importFeatures } from '../../features/import/import-features.ts';
import { type SplitReport, tellIds } from '../../features/import/join-prompts.ts';
import { featureFields } from '../../protocol/operations/features-extract.ts';
import { setting } from '../../protocol/setting.ts';
import type { ProgressNote } from '../../worker/client.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { interpreterSettings } from '../options/interpreter-settings.ts';
import { requireOptions } from '../options/require-options.ts';
import { type SettingsOf, settingsOf } from '../options/settings-of.ts';
import { withExamples } from '../options/with-examples.ts';
import { withSettings } from '../options/with-settings.ts';
import { formatDuration, renderBar } from '../terminal/render-progress.ts';
import { createExtractProgress } from './extract-progress.ts';

const text = (description: string, value: string) => setting(z.string().nullable(), description, { value });
const dimension = z.int().min(1).nullable();
const columns = z.array(z.string()).nullable();

/** The settings of `balpm features import`, in the order of the help. */
const fields = {
  prompts: setting(z.string(), 'prompt features of the same layout (id, d columns)', { value: '<dir or id>' }),
  out: setting(
    z.string(),
    'dataset directory to make, its store in features; with --dataset the store; must not exist',
    { value: '<dir>' },
  ),
  dataset: text('an existing dataset whose items are found by split and id', '<dir>'),
  revision: text('branch, tag or commit of a hub source', '<name>'),
  promptsRevision: text('the same for the prompts', '<name>'),
  dimension: setting(dimension, 'd, features of an answer', {
    value: '<n>',
    usual: 'half of the columns after the id',
  }),
  promptDimension: setting(dimension, 'features of a prompt', { value: '<n>', usual: 'the columns after the id' }),
  promptsSplit: setting(columns, "the prompts' split that pairs of a split look up their id in; repeatable", {
    value: '<split=name>',
    usual: 'the split of the same name',
    parse: collect,
  }),
  missing: setting(
    z.enum(['refuse', 'drop']),
    'pairs whose id has no prompt features: refuse to go on, or drop and count them',
    { value: '<what>', default: 'refuse' },
  ),
  storeDtype: featureFields.storeDtype,
  idColumn: setting(z.string().nullable(), 'column of ids', { value: '<name>', usual: 'the first that is no index' }),
  leaveOut: setting(columns, 'a column that is neither id nor feature (prompts:NAME: of prompts alone); repeatable', {
    value: '<column>',
    parse: collect,
  }),
  keep: setting(columns, 'a column of whole numbers that is a feature and no index; repeatable', {
    value: '<column>',
    parse: collect,
  }),
  encoding: setting(z.string().nullable(), 'encoding of CSV files, as Python calls it: latin-1, cp1252, utf-16', {
    value: '<name>',
    usual: 'UTF-8',
  }),
  name: setting(z.string().nullable(), 'name of the dataset', { value: '<name>', usual: "the source's" }),
  seed: setting(z.int().min(0), 'seed of the sides', { value: '<n>', default: 0 }),
  partMib: setting(z.int().min(1), 'size of a part in MiB of float64 values; memory is a few times that', {
    value: '<n>',
    unit: 'MiB',
    default: 32,
  }),
  ...interpreterSettings,
};

type ImportFlags = SettingsOf<typeof fields>;

/** Values of an option that is given several times. */
function collect(value: string, earlier?: unknown): readonly string[] {
  return [...((earlier as readonly string[] | undefined) ?? []), value];
}

/** `balpm features import` */
export function registerFeatureImport(command: Command, io: CommandIo): void {
  const imports = withExamples(command.command('import'), [
    'balpm features import features/hermes --prompts features/hermes-posts --out datasets/tldr-7b',
    'balpm features import org/features --prompts org/post-features --store-dtype bfloat16 --out datasets/tldr-7b',
    'balpm features import features/hermes --prompts features/hermes-posts --dataset datasets/tldr --out stores/7b',
  ])
    .description('make a dataset and its feature store from published feature columns (id, d chosen, d rejected)')
    .argument('<source>', 'directory of Parquet, CSV or Arrow files of pairs, or hub id');
  withSettings(imports, fields)
    .hook('preAction', requireOptions('--prompts <dir or id>', '--out <dir>'))
    .action(async (source: string, given: Record<string, unknown>) => {
      const flags = settingsOf(fields, given);
      if (flags.dataset !== null && flags.missing === 'drop')
        throw usageError("Cannot use --missing 'drop' with --dataset: its items are given, refuse is needed");
      const result = await run(source, flags, io);
      describe(result, flags).forEach(io.note);
      if (flags.json) io.printDocument(documentOf(result, flags));
      else io.print(flags.out);
    });
}

async function run(source: string, flags: ImportFlags, io: CommandIo): Promise<FeatureImport> {
  const progress = createExtractProgress(io.note, renderImportProgress);
  const { out, missing, storeDtype, seed } = flags;
  try {
    return await importFeatures({
      pairs: { source, revision: flags.revision, dimension: flags.dimension },
      prompts: {
        source: flags.prompts,
        revision: flags.promptsRevision,
        dimension: flags.promptDimension,
      },
      out,
      missing,
      storeDtype,
      seed,
      dataset: flags.dataset,
      promptSplits: flags.promptsSplit ?? [],
      columns: {
        id: flags.idColumn,
        leaveOut: [...(flags.leaveOut ?? [])],
        keep: [...(flags.keep ?? [])],
      },
      encoding: flags.encoding,
      name: flags.name,
      partBytes: flags.partMib * 2 ** 20,
      python: resolvePython(flags.python),
      device: 'cpu',
      threads: 1,
      signal: io.signal,
      onProgress: progress.observe,
    });
  } finally {
    progress.close();
  }
}

function describe({ reports, converted, matched, peakMemoryMib }: FeatureImport, flags: ImportFlags): string[] {
  const { promptDimension, responseDimension, maxAbsoluteError, maxRelativeError, underflows, keptParts } = converted;
  return [
    ...converted.leftOut.map(
      ({ table, column, why }) => `note: ${table}: column '${column}' is no feature and was left aside (${why})`,
    ),
    ...reports.map(describeSplit),
    `${formatCount(promptDimension)} features a prompt, ${formatCount(responseDimension)} a response`,
    `rounding to ${flags.storeDtype}: at most ${maxAbsoluteError.toExponential(2)} absolute, ${maxRelativeError.toExponential(2)} relative, ${formatCount(underflows)} underflows`,
    ...(keptParts > 0 ? [`${formatCount(keptParts)} parts of an earlier import were kept`] : []),
    ...(matched !== null && matched.unknownPairs > 0
      ? [`note: ${formatCount(matched.unknownPairs)} pairs are not in the dataset and were left out`]
      : []),
    ...(matched !== null && matched.differingRows > 0
      ? [
          `note: ${formatCount(matched.differingRows)} times a text came again with other features; the first ones were taken`,
        ]
      : []),
    `peak memory of the worker ${formatCount(peakMemoryMib)} MiB`,
  ];
}

function describeSplit({ split, pairs, promptSplit, missing, firstMissing }: SplitReport): string {
  const begin = `${split}: ${formatCount(pairs)} pairs`;
  if (promptSplit === null) return `note: ${begin}, none with prompt features; batches cannot be chosen from it`;
  if (missing === 0) return `${begin}, all with prompt features of '${promptSplit}'`;
  return `note: ${begin}, ${formatCount(missing)} without prompt features in '${promptSplit}' (${tellIds(firstMissing, missing)}): dropped`;
}

function documentOf(result: FeatureImport, flags: ImportFlags): Record<string, unknown> {
  const { dataset, store, storeId, reports, matched, converted, peakMemoryMib } = result;
  const { tables: _tables, peakMemoryMib: _peak, ...counts } = converted;
  const { name, hash, counts: sizes, splits } = dataset;
  return {
    dataset: { path: flags.dataset ?? flags.out, name, hash, counts: sizes, splits },
    store,
    storeId,
    joins: reports,
    ...(matched !== null && { unknownPairs: matched.unknownPairs, differingRows: matched.differingRows }),
    storeDtype: flags.storeDtype,
    ...counts,
    peakMemoryMib,
  };
}

/** One line: the table being read, how far, rows converted, rows a second and the time left by the bytes to read. */
export function renderImportProgress({ done, total, metrics, note }: ProgressNote): string {
  const { rows, rowsPerSecond, bytesPerSecond } = metrics;
  if (total === null || !rows || !rowsPerSecond || !bytesPerSecond) return `${note ?? 'working'} …`;
  const left = formatDuration((total - done) / bytesPerSecond);
  const rate = Math.round(rowsPerSecond).toLocaleString('en-US');
  return `${note ?? ''} ${renderBar(inMegabytes(done), inMegabytes(total))} MB  ${rows.toLocaleString('en-US')} rows  ${rate}/s  ${left} left`;
}

const inMegabytes = (bytes: number): number => Math.ceil(bytes / 1e6);
