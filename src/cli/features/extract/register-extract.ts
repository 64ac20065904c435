import { type Command, Option } from 'commander';
import { usageError } from '../../../base/errors.ts';
import { formatCount } from '../../../base/text/format-count.ts';
import {
  type Extraction,
  type ExtractionSettings,
  extractFeatures,
  extractShard,
  type PartsMade,
} from '../../../features/extraction/extract-features.ts';
import { parseShard } from '../../../features/extraction/extraction-folder.ts';
import { prepareCut } from '../../../features/extraction/reference-cut.ts';
import type { Shard } from '../../../protocol/operations/features-extract.ts';
import { resolvePython } from '../../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../../command.ts';
import { requireOptions } from '../../options/require-options.ts';
import { withExamples } from '../../options/with-examples.ts';
import { describeDoubled } from '../describe-doubled.ts';
import { examineStores } from '../examine-stores.ts';
import { createExtractProgress } from '../extract-progress.ts';
import { describeMerge, mergeDocument, storesOf } from '../summarise-merge.ts';
import { MODEL_FLAGS } from '../with-model-options.ts';
import { extractByFunction } from './extract-by-function.ts';
import { type ExtractFlags, extractionSettingsOf, textTemplatesOf } from './extract-settings.ts';
import { forecastExtract } from './forecast-extract.ts';
import { createProgressFile } from './progress-file.ts';
import { renderEmbedding } from './render-embedding.ts';
import { withExtractOptions } from './with-extract-options.ts';

/** Options that say how a model is run; a function does not know them. */
const ONLY_EXTRACTION =
  'pooling layer maxTokens tokenBudget promptCut specialTokens uncertainty entropyPositions shard devices partTokens way progressFile';
const ONLY_MODELS = [...MODEL_FLAGS, ...ONLY_EXTRACTION.split(' ')];

/** `balpm features extract` */
export function registerExtract(parent: Command, io: CommandIo): void {
  const command = withExamples(parent.command('extract'), [
    'balpm features extract datasets/pairs --model models/all-MiniLM-L6-v2 --max-tokens 256 --out stores/minilm',
    'balpm features extract datasets/tldr --model mistralai/Mistral-7B-v0.1 --dtype bfloat16 --devices 0,1,2 --out stores/7b',
    'balpm features extract datasets/tldr --model mistralai/Mistral-7B-v0.1 --dtype bfloat16 --shard 3/16 --out shards/7b',
    'balpm features extract datasets/tldr --model mistralai/Mistral-7B-v0.1 --dtype bfloat16 --out stores/7b --dry-run',
    'balpm features extract datasets/pairs --embed embedders/mine.py:embed --out stores/mine',
  ])
    .description('embed every unique text of a dataset with a Hugging Face model (or a function) into a feature store')
    .argument('<dataset>', 'dataset directory');
  withExtractOptions(command)
    .addOption(
      new Option('--embed <file.py:name>', 'a Python function of your own in the place of a model').conflicts(
        ONLY_MODELS,
      ),
    )
    .option('--embed-options <json>', 'a JSON object for that function')
    .option('--shard <i/n>', 'parts of block i of n alone; balpm features merge makes the store', parseShard)
    .option('--progress-file <file.jsonl>', 'append the progress as JSON Lines, for dashboards')
    .hook('preAction', (hooked, called) => {
      const isModel = called.getOptionValue('embed') === undefined;
      requireOptions(...(isModel ? ['--model <dir or id>'] : []), '--out <dir>')(hooked, called);
    })
    .option(
      '--dry-run',
      'tell texts, tokens, parts, sizes and time, after a short trial where the weights are here; start nothing',
    )
    .action(async (dataset: string, flags: ExtractFlags) => {
      if (flags.embed !== undefined && flags.dryRun) throw noForecast();
      if (flags.embed !== undefined)
        return extractByFunction(dataset, { ...flags, ...(await textTemplatesOf(flags)), embed: flags.embed }, io);
      if (flags.embedOptions !== undefined)
        throw usageError('Cannot use --embed-options: there is no function, --embed is needed');
      const settings = await extractionSettingsOf(dataset, flags);
      if (flags.dryRun) return forecastExtract(settings, flags, io);
      if (flags.shard !== undefined) return printShard(await makeShard(settings, flags, flags.shard, io), flags, io);
      await printStores(dataset, await extract(settings, flags, io), flags, io);
    });
}

/** Prints what was made, with a page of checks in each store. */
async function printStores(
  dataset: string,
  { place, ...extraction }: PlacedExtraction,
  flags: ExtractFlags,
  io: CommandIo,
): Promise<void> {
  // The length of a dataset that was cut before is its own.
  const isOwn = place.dataset === dataset && place.maxTokens !== null;
  if (flags.maxTokens === undefined && !isOwn) io.note(tellDefault(extraction));
  describeParts(extraction.made).forEach(io.note);
  describeMerge(extraction).forEach(io.note);
  const python = resolvePython(flags.python);
  const pages = flags.quality ? await examineStores(storesOf(extraction), { dataset: place.dataset, python }, io) : [];
  const document = { ...extraction.made, ...mergeDocument(place.out, extraction), dataset: place.dataset, pages };
  if (flags.json) io.printDocument(document);
  else io.print(flags.out);
}

/** What was made, and where: the dataset whose store it is, and the store. */
type PlacedExtraction = Extraction & { readonly place: Pick<ExtractionSettings, 'dataset' | 'out' | 'maxTokens'> };

async function extract(asked: ExtractionSettings, flags: ExtractFlags, io: CommandIo): Promise<PlacedExtraction> {
  return withProgress(flags, io, async (onProgress) => {
    const options = { ...processesOf(flags, io), settings: asked, onProgress };
    const settings = await prepareCut(options);
    return { ...(await extractFeatures({ ...options, settings })), place: settings };
  });
}

async function makeShard(
  settings: ExtractionSettings,
  flags: ExtractFlags,
  shard: Shard,
  io: CommandIo,
): Promise<PartsMade> {
  return withProgress(flags, io, async (onProgress) => {
    const options = { ...processesOf(flags, io), settings, onProgress };
    return extractShard({ ...options, settings: await prepareCut(options, shard) }, shard);
  });
}

const noForecast = () =>
  usageError(
    'Cannot use --dry-run with --embed: a function of your own has no tokenizer to count with, and only its own run times it; leave --dry-run out',
  );

type OnProgress = Parameters<typeof extractFeatures>[0]['onProgress'];

async function withProgress<Result>(
  { progressFile }: ExtractFlags,
  io: CommandIo,
  work: (onProgress: OnProgress) => Promise<Result>,
): Promise<Result> {
  const shown = [createProgressFile(progressFile), createExtractProgress(io.note, renderEmbedding)];
  try {
    return await work((progress) => {
      for (const { observe } of shown) observe(progress);
    });
  } finally {
    for (const { close } of shown) close();
  }
}

const processesOf = (flags: ExtractFlags, io: CommandIo) => ({
  python: resolvePython(flags.python),
  devices: flags.devices ?? [flags.device],
  threads: flags.threads,
  signal: io.signal,
});

const tellDefault = ({ made }: Extraction): string =>
  `texts are cut at ${made.maxTokens} tokens, the default (512, or the model's limit if smaller)`;

function describeParts({ way, ownParts, keptParts, tokenBudget, wallSeconds }: PartsMade): string[] {
  return [
    ...(keptParts > 0
      ? [`${formatCount(keptParts)} of ${formatCount(ownParts)} parts were there already and were kept`]
      : []),
    `way ${way}, ${formatCount(tokenBudget)} tokens at a time, ${wallSeconds.toFixed(1)} s`,
  ];
}

function printShard(made: PartsMade, flags: ExtractFlags, io: CommandIo): void {
  describeParts(made).forEach(io.note);
  describeDoubled(made.doubledTokens, 'extract').forEach(io.note);
  if (flags.json) io.printDocument({ folder: flags.out, shard: flags.shard, ...made });
  else io.print(flags.out);
}
