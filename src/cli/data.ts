import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { readWorldConfig } from '../config/read-world-config.ts';
import { checkDataset } from '../data/check-dataset.ts';
import { readDataset } from '../data/dataset.ts';
import { describeLabels } from '../data/description/describe-labels.ts';
import { describeSides } from '../data/description/describe-sides.ts';
import { excerpt } from '../data/description/excerpt.ts';
import { readExamples } from '../data/description/read-examples.ts';
import { renderCounts } from '../data/description/render-counts.ts';
import { renderExample } from '../data/description/render-example.ts';
import { type ImportResult, importDataset } from '../data/import/import-dataset.ts';
import type { BadRows, ImportOptions, ShuffleSides } from '../data/import/import-options.ts';
import { SCHEMA_NAMES, type SchemaName } from '../data/import/schemas/index.ts';
import { writeSyntheticWorld } from '../synthetic/write-synthetic-world.ts';
import type { CommandIo } from './command.ts';
import { requireOptions } from './options/require-options.ts';
import { wholeNumber } from './options/whole-number.ts';
import { withExamples } from './options/with-examples.ts';

/** `balpm data import|check|show|synth` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm data import pairs/ --out datasets/pairs', 'balpm data check datasets/pairs']);
  registerImport(command, io);
  registerCheck(command, io);
  registerShow(command, io);
  registerSynth(command, io);
}

interface ImportFlags {
  readonly out: string;
  readonly file?: readonly string[];
  readonly split?: string;
  readonly splitColumn: string;
  readonly prompt?: string;
  readonly responseA?: string;
  readonly responseB?: string;
  readonly preferred?: string;
  readonly probability?: string | false;
  readonly weight?: string | false;
  readonly chosen?: string;
  readonly rejected?: string;
  readonly id?: string | false;
  readonly name?: string;
  readonly seed: number;
  readonly shuffleSides: ShuffleSides;
  readonly unlabelled?: readonly string[];
  readonly schema?: SchemaName;
  readonly badRows: BadRows;
  readonly encoding?: string;
  readonly json?: boolean;
}

function registerImport(command: Command, io: CommandIo): void {
  const importing = withExamples(command.command('import'), [
    'balpm data import pairs/ --out datasets/pairs          # train.jsonl.gz, validation.jsonl, test.parquet, …',
    'balpm data import hh-rlhf/helpful-base --schema hh-rlhf --out datasets/hh',
    'balpm data import hh.parquet --split train --chosen better --rejected worse --out datasets/hh',
  ])
    .description('make a dataset directory from JSONL (plain or .gz) or Parquet files of answer pairs')
    .argument('[source]', 'a directory with one file a split (its name is the split), or one file')
    .option('--out <dir>', 'dataset directory to make; must not exist')
    .hook('preAction', requireOptions('--out <dir>'))
    .option('--file <split=path>', 'a file and the split it holds; repeatable, also beside a source', collect)
    .option('--split <name>', 'split of a single file')
    .option('--split-column <column>', 'column that names the split of each line of a single file', 'split')
    .addOption(
      new Option('--schema <name>', 'layout of a public dataset: its columns and splits').choices(SCHEMA_NAMES),
    );
  withColumnOptions(importing)
    .option('--name <name>', "name of the dataset (default: the source's)")
    .option('--seed <n>', 'seed of the side shuffle', wholeNumber(0), 0)
    .addOption(
      new Option('--shuffle-sides <when>', 'draw sides anew: auto does so where the side reveals the label')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .option('--unlabelled <split>', 'split whose labels may be missing; repeatable', collect)
    .addOption(
      new Option('--bad-rows <what>', 'records that cannot be used: refuse to go on, or drop and count them')
        .choices(['refuse', 'drop'])
        .default('refuse'),
    )
    .option('--encoding <name>', 'encoding of JSONL and JSON files, as latin-1, utf-16 or shift_jis (default: utf-8)')
    .option('--json', 'print one JSON document')
    .action(async (source: string | undefined, flags: ImportFlags) => {
      const result = await importDataset(importOptions(source, flags), flags.out, io.signal);
      describeImport(result).forEach(io.note);
      if (flags.json) io.printDocument(importDocument(flags.out, result));
      else io.print(flags.out);
    });
}

/** Which column of the source means what. */
const withColumnOptions = (command: Command): Command =>
  command
    .option('--prompt <column>', "column of the prompt (default: 'prompt')")
    .option('--response-a <column>', "column of answer a (default: 'response_a')")
    .option('--response-b <column>', "column of answer b (default: 'response_b')")
    .option('--preferred <column>', "column of the label, 'a', 'b' or 'tie' (default: 'preferred')")
    .option(
      '--probability <column>',
      "column of the probability that a is preferred (default: 'p_a' where there is one)",
    )
    .option('--no-probability', 'take sides alone even if there is a column p_a')
    .option('--weight <column>', "column of the label's weight (default: 'weight' where there is one)")
    .option('--no-weight', 'let every label weigh the same even if there is a column weight')
    .option(
      '--chosen <column>',
      "column of the better answer; taken by itself where a file has 'chosen' and 'rejected'",
    )
    .option('--rejected <column>', 'column of the worse answer')
    .option('--id <column>', "column of the id (default: 'id' where there is one, else split and line number)")
    .option('--no-id', 'number the lines even if there is an id column');

function importOptions(source: string | undefined, flags: ImportFlags): ImportOptions {
  const { prompt, responseA, responseB, preferred, probability, weight, chosen, rejected, id } = flags;
  return {
    source: source ?? null,
    files: flags.file ?? [],
    split: flags.split ?? null,
    splitColumn: flags.splitColumn,
    columns: {
      prompt: column(prompt),
      responseA: column(responseA),
      responseB: column(responseB),
      preferred: column(preferred),
      probability: columnOrNone(probability),
      weight: columnOrNone(weight),
      chosen: column(chosen),
      rejected: column(rejected),
      id: columnOrNone(id),
    },
    name: flags.name ?? null,
    seed: flags.seed,
    shuffleSides: flags.shuffleSides,
    unlabelled: flags.unlabelled ?? [],
    schema: flags.schema ?? null,
    badRows: flags.badRows,
    encoding: flags.encoding ?? null,
  };
}

const column = (name: string | undefined): string | null => name ?? null;

/** `--no-NAME` is false, and with it in the table NAME that was not given is true. */
const columnOrNone = (name: string | boolean | undefined): string | null | false =>
  name === false ? false : typeof name === 'string' ? name : null;

function describeImport({ manifest, labels, shuffled, dropped, notes }: ImportResult): string[] {
  return [
    `dataset '${manifest.name}' ${manifest.hash.slice(0, 12)}`,
    ...renderCounts(manifest),
    `${describeSides(labels)}; ${SHUFFLE_WORDS[shuffled]}`,
    ...describeLabels(labels),
    ...(dropped === null ? [] : [`note: ${dropped.records} records were left out, the first: ${dropped.first}`]),
    ...notes.map((sentence) => `note: ${sentence}`),
  ];
}

const SHUFFLE_WORDS: Readonly<Record<ImportResult['shuffled'], string>> = {
  kept: 'sides are as in the source',
  ranked: 'sides of chosen and rejected answers were drawn by seed',
  revealing: 'note: the side revealed the label in the source, so sides were drawn by seed',
  requested: 'sides were drawn by seed',
};

function importDocument(
  path: string,
  { manifest, labels, shuffled, identicalAnswers, dropped, notes }: ImportResult,
): Record<string, unknown> {
  const { name, hash, labelsHash, counts, splits } = manifest;
  const { labelled, sided, preferredA, soft, ties, weighted } = labels;
  return {
    dataset: path,
    name,
    hash,
    labelsHash,
    counts,
    splits,
    labelled,
    sided,
    preferredA,
    soft,
    ties,
    weighted,
    shuffled,
    identicalAnswers,
    dropped,
    notes,
  };
}

function registerCheck(command: Command, io: CommandIo): void {
  withExamples(command.command('check'), ['balpm data check datasets/pairs', 'balpm data check datasets/pairs --json'])
    .description('verify hashes, rows, ids and labels of a dataset, and tell what its splits share')
    .argument('<dataset>', 'dataset directory')
    .option('--json', 'print one JSON document')
    .action(async (path: string, flags: { json?: boolean }) => {
      const findings = [];
      for await (const finding of checkDataset(path)) {
        findings.push(finding);
        if (!flags.json) io.print(finding.kind === 'right' ? `✓ ${finding.text}` : `  note: ${finding.text}`);
      }
      if (flags.json) io.printDocument({ dataset: path, findings });
    });
}

interface ShowFlags {
  readonly count: number;
  readonly split?: string;
  readonly json?: boolean;
}

function registerShow(command: Command, io: CommandIo): void {
  withExamples(command.command('show'), [
    'balpm data show datasets/pairs',
    'balpm data show datasets/pairs -n 1 --split test --json',
  ])
    .description('print the counts of a dataset and its first pairs')
    .argument('<dataset>', 'dataset directory')
    .option('-n, --count <n>', 'pairs to show', wholeNumber(0), 3)
    .option('--split <name>', 'split to show them of (default: the first)')
    .option('--json', 'print one JSON document, texts in full')
    .action(async (path: string, flags: ShowFlags) => {
      const dataset = await readDataset(path);
      const examples = await readExamples(dataset, flags.split ?? null, flags.count);
      const { name, hash, counts, splits, source, texts } = dataset.manifest;
      if (texts === 'none') io.note('note: texts are unknown, each one names a row of imported features');
      if (flags.json) io.printDocument({ name, hash, counts, splits, source, examples });
      else
        io.printLines([
          `${excerpt(name)} ${hash.slice(0, 12)}`,
          ...renderCounts(dataset.manifest),
          ...examples.flatMap(renderExample),
        ]);
    });
}

function registerSynth(command: Command, io: CommandIo): void {
  withExamples(command.command('synth'), [
    'balpm data synth -c configs/quickstart.yaml --out datasets/world',
    'balpm data synth -c world.yaml --out datasets/world --json',
  ])
    .description('make a synthetic dataset with known reward and its feature store')
    .option('-c, --config <file>', 'YAML: the world itself, or an experiment with data.type synthetic')
    .hook('preAction', requireOptions('-c, --config <file>', '--out <dir>'))
    .option('--out <dir>', 'dataset directory to make; must not exist; features go to its sub-directory features')
    .option('--json', 'print one JSON document')
    .action(async (flags: { config: string; out: string; json?: boolean }) => {
      const { name, hash, counts, splits } = await writeSyntheticWorld(await readWorldConfig(flags.config), flags.out);
      [`dataset '${name}' ${hash.slice(0, 12)}`, ...renderCounts({ counts, splits })].forEach(io.note);
      if (flags.json)
        io.printDocument({ dataset: flags.out, store: join(flags.out, 'features'), name, hash, counts, splits });
      else io.print(flags.out);
    });
}

const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];
