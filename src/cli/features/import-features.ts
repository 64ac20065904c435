import { type Command, Option } from 'commander';
import { usageError } from '../../base/errors.ts';
import { formatCount } from '../../base/text/format-count.ts';
import {
  type FeatureImport,
  type FeatureImportOptions,
  importFeatures,
} from '../../features/import/import-features.ts';
import { type SplitReport, tellIds } from '../../features/import/join-prompts.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../options/require-options.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { withExamples } from '../options/with-examples.ts';
import { createExtractProgress } from './extract-progress.ts';
import { renderImportProgress } from './import-progress.ts';

interface ImportFlags {
  readonly prompts: string;
  readonly out: string;
  readonly dataset?: string;
  readonly revision?: string;
  readonly promptsRevision?: string;
  readonly dimension?: number;
  readonly promptDimension?: number;
  readonly promptsSplit?: readonly string[];
  readonly missing: FeatureImportOptions['missing'];
  readonly storeDtype: FeatureImportOptions['storeDtype'];
  readonly idColumn?: string;
  readonly leaveOut?: readonly string[];
  readonly keep?: readonly string[];
  readonly encoding?: string;
  readonly name?: string;
  readonly seed: number;
  readonly partMib: number;
  readonly python?: string;
  readonly json?: boolean;
}

/** `balpm features import` */
export function registerFeatureImport(command: Command, io: CommandIo): void {
  withExamples(command.command('import'), [
    'balpm features import features/hermes --prompts features/hermes-posts --out datasets/tldr-7b',
    'balpm features import org/features --prompts org/post-features --store-dtype bfloat16 --out datasets/tldr-7b',
    'balpm features import features/hermes --prompts features/hermes-posts --dataset datasets/tldr --out stores/7b',
  ])
    .description('make a dataset and its feature store from published feature columns (id, d chosen, d rejected)')
    .argument('<source>', 'directory of Parquet, CSV or Arrow files of pairs, or hub id')
    .option('--prompts <dir or id>', 'prompt features of the same layout (id, d columns)')
    .option('--out <dir>', 'dataset directory to make, its store in features; with --dataset the store; must not exist')
    .hook('preAction', requireOptions('--prompts <dir or id>', '--out <dir>'))
    .option('--dataset <dir>', 'an existing dataset whose items are found by split and id')
    .option('--revision <name>', 'branch, tag or commit of a hub source')
    .option('--prompts-revision <name>', 'the same for the prompts')
    .option('--dimension <n>', 'd, features of an answer (default: half of the columns after the id)', wholeNumber(1))
    .option('--prompt-dimension <n>', 'features of a prompt (default: the columns after the id)', wholeNumber(1))
    .option(
      '--prompts-split <split=name>',
      "the prompts' split that pairs of a split look up their id in; repeatable (default: the split of the same name)",
      collect,
    )
    .addOption(
      new Option('--missing <what>', 'pairs whose id has no prompt features: refuse to go on, or drop and count them')
        .choices(['refuse', 'drop'])
        .default('refuse'),
    )
    .addOption(
      new Option('--store-dtype <type>', 'type the store holds')
        .choices(['float32', 'float16', 'bfloat16'])
        .default('float32'),
    )
    .option('--id-column <name>', 'column of ids (default: the first that is no index)')
    .option(
      '--leave-out <column>',
      'a column that is neither id nor feature (prompts:NAME: of prompts alone); repeatable',
      collect,
    )
    .option('--keep <column>', 'a column of whole numbers that is a feature and no index; repeatable', collect)
    .option('--encoding <name>', 'encoding of CSV files, as Python calls it: latin-1, cp1252, utf-16 (default: UTF-8)')
    .option('--name <name>', "name of the dataset (default: the source's)")
    .option('--seed <n>', 'seed of the sides', wholeNumber(0), 0)
    .option('--part-mib <n>', 'size of a part in MiB of float64 values; memory is a few times that', wholeNumber(1), 32)
    .option('--python <path>', 'interpreter (default: BALPM_PYTHON, else that of balpm setup, else python3)')
    .option('--json', 'print one JSON document')
    .action(async (source: string, flags: ImportFlags) => {
      if (flags.dataset !== undefined && flags.missing === 'drop')
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
      pairs: { source, revision: flags.revision ?? null, dimension: flags.dimension ?? null },
      prompts: {
        source: flags.prompts,
        revision: flags.promptsRevision ?? null,
        dimension: flags.promptDimension ?? null,
      },
      out,
      missing,
      storeDtype,
      seed,
      dataset: flags.dataset ?? null,
      promptSplits: flags.promptsSplit ?? [],
      columns: {
        id: flags.idColumn ?? null,
        leaveOut: [...(flags.leaveOut ?? [])],
        keep: [...(flags.keep ?? [])],
      },
      encoding: flags.encoding ?? null,
      name: flags.name ?? null,
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

const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];
