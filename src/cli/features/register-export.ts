import { type Command, Option } from 'commander';
import { usageError } from '../../base/errors.ts';
import { formatCount } from '../../base/text/format-count.ts';
import { type Export, type ExportSettings, exportFeatures } from '../../features/export/export-features.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../options/require-options.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { withExamples } from '../options/with-examples.ts';
import { renderExportProgress } from './export-progress.ts';
import { createExtractProgress } from './extract-progress.ts';

interface ExportFlags {
  readonly dataset: string;
  readonly to: ExportSettings['layout'];
  readonly out: string;
  readonly labels?: boolean;
  readonly unlabelled?: 'refuse' | 'drop';
  readonly license?: string;
  readonly format?: ExportSettings['format'];
  readonly shardMib?: number;
  readonly python?: string;
  readonly json?: boolean;
}

/** Licences as the hub names them: `apache-2.0`, `cc-by-4.0`. */
const LICENSE = /^[a-z0-9][a-z0-9.+-]*$/;

/** `balpm features export` */
export function registerExport(features: Command, io: CommandIo): void {
  withExamples(features.command('export'), [
    'balpm features export stores/minilm --dataset datasets/pairs --to huggingface --license cc-by-4.0 --out exports/minilm',
    'balpm features export stores/minilm --dataset datasets/pairs --to reference --format csv --out exports/columns',
    'balpm features export stores/minilm --dataset datasets/pairs --to npy --out exports/arrays',
  ])
    .description('write the features of a store in a layout that others read; labels only where they are asked for')
    .argument('<store>', 'feature store directory')
    .option('--dataset <dir>', 'the dataset the store was made for')
    .addOption(
      new Option(
        '--to <layout>',
        'huggingface: Parquet with list columns and a card; reference: a column a feature, answers chosen and rejected; npy: arrays and an index',
      ).choices(['huggingface', 'reference', 'npy']),
    )
    .option('--out <dir>', 'directory to make; must not exist')
    .hook('preAction', requireOptions('--dataset <dir>', '--to <layout>', '--out <dir>'))
    .option('--labels', 'answers are chosen and rejected ones instead of a and b (always so for reference)')
    .addOption(
      new Option(
        '--unlabelled <what>',
        "items without a label, where labels are used: refuse to go on, or drop them (default: 'refuse')",
      ).choices(['refuse', 'drop']),
    )
    .option('--license <name>', "licence of the card, as the hub names it (default: 'unknown')")
    .addOption(new Option('--format <format>', "of reference (default: 'parquet')").choices(['parquet', 'csv']))
    .option('--shard-mib <n>', 'a file of rows is closed once it has this many MiB (default: 500)', wholeNumber(1))
    .option('--python <path>', 'interpreter (default: BALPM_PYTHON, else that of balpm setup, else python3)')
    .option('--json', 'print one JSON document')
    .action(async (store: string, flags: ExportFlags) => {
      const { settings, labels } = settingsOf(store, flags);
      const result = await run(settings, labels, flags, io);
      describe(result, flags).forEach(io.note);
      if (flags.json) io.printDocument(documentOf(result, settings, labels));
      else io.print(flags.out);
    });
}

/** @throws BalpmError (usage) for a licence that is no name, and for a format where there is one only. */
function settingsOf(store: string, flags: ExportFlags): { settings: ExportSettings; labels: boolean } {
  const { dataset, out, to: layout, license = 'unknown', format = 'parquet', shardMib = 500 } = flags;
  if (!LICENSE.test(license))
    throw usageError(
      `Cannot use --license '${license}': it is no name of a licence, one as the hub lists them ('apache-2.0', 'cc-by-4.0', 'other') is needed`,
    );
  if (flags.format !== undefined && layout !== 'reference')
    throw usageError(
      `Cannot use --format '${flags.format}' with --to ${layout}: it has one format, --to reference is needed`,
    );
  if (flags.shardMib !== undefined && layout === 'npy')
    throw usageError(`Cannot use --shard-mib with --to npy: a matrix is one file, another layout is needed`);
  const labels = flags.labels === true || layout === 'reference';
  if (flags.unlabelled !== undefined && !labels)
    throw usageError('Cannot use --unlabelled: no labels are exported, --labels is needed');
  return { settings: { store, dataset, out, layout, format, license, shardBytes: shardMib * 2 ** 20 }, labels };
}

async function run(settings: ExportSettings, labels: boolean, flags: ExportFlags, io: CommandIo): Promise<Export> {
  const progress = createExtractProgress(io.note, renderExportProgress);
  try {
    return await exportFeatures({
      settings,
      labels,
      unlabelled: flags.unlabelled ?? 'refuse',
      python: resolvePython(flags.python),
      signal: io.signal,
      onProgress: progress.observe,
    });
  } finally {
    progress.close();
  }
}

function describe({ counts, manifest }: Export, flags: ExportFlags): string[] {
  const stored = manifest.features.dtype;
  return [
    ...counts.splits.map(describeSplit),
    ...counts.emptySplits.map((name) => `note: ${name}: no item to export, left out`),
    `${formatCount(counts.files)} files, ${(counts.bytes / 1e6).toFixed(1)} MB, peak memory of the worker ${formatCount(counts.peakMemoryMib)} MiB`,
    ...(stored === counts.dtype ? [] : [`note: ${stored} was widened to ${counts.dtype}, which changes no value`]),
    ...(counts.hasTexts ? [] : ['note: texts are unknown, the features were imported without them']),
    ...(flags.license === undefined
      ? ['note: the licence is given as unknown, --license names one (of the texts and of the model)']
      : []),
  ];
}

function describeSplit({ name, published, items, dropped, hasPrompts }: Export['counts']['splits'][number]): string {
  const called = name === published ? name : `${name} (called ${published})`;
  const without = dropped > 0 ? `, ${formatCount(dropped)} without a label left out` : '';
  return `${called}: ${formatCount(items)} pairs${without}${hasPrompts ? '' : ', no prompt features'}`;
}

const documentOf = (
  { counts, manifest }: Export,
  { out, layout, license }: ExportSettings,
  labels: boolean,
): Record<string, unknown> => ({ out, layout, labels, license, storeId: manifest.id, ...counts });
