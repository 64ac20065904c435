import { type Command, Option } from 'commander';
import { usageError } from '../base/errors.ts';
import { describeStore } from '../features/describe-store.ts';
import { type Extraction, type ExtractionSettings, extractFeatures } from '../features/extract-features.ts';
import { checkStoreFiles, readStoreManifest } from '../features/store.ts';
import { TEMPLATE_NAMES, TEMPLATES, type TemplateName, type Templates } from '../features/templates.ts';
import { resolvePython } from '../python/interpreter.ts';
import type { CommandIo } from './command.ts';
import { extractByFunction } from './extract-by-function.ts';
import { createExtractProgress } from './extract-progress.ts';
import { registerFeatureImport } from './import-features.ts';
import { registerExport } from './register-export.ts';
import { registerPush } from './register-push.ts';
import { registerUncertainty } from './register-uncertainty.ts';
import { requireOptions } from './require-options.ts';
import { withExamples } from './with-examples.ts';
import { FLOATS, type Float, withModelOptions } from './with-model-options.ts';
import { withNewLines } from './with-new-lines.ts';

/** `balpm features extract|import|export|push|show|uncertainty` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, [
    'balpm features extract datasets/pairs --model models/all-MiniLM-L6-v2 --out stores/minilm',
    'balpm features show stores/minilm',
    'balpm features uncertainty datasets/pairs --model models/SmolLM2-135M --out columns/entropy.jsonl',
  ]);
  registerExtract(command, io);
  registerFeatureImport(command, io);
  registerExport(command, io);
  registerPush(command, io);
  registerShow(command, io);
  registerUncertainty(command, io);
}

/** Options that say how a model is run; a function does not know them. */
const ONLY_MODELS = ['model', 'revision', 'pooling', 'maxTokens', 'dtype', 'tokenBudget', 'trustRemoteCode'];

interface ExtractFlags {
  readonly model: string;
  readonly embed?: string;
  readonly embedOptions?: string;
  readonly out: string;
  readonly revision?: string;
  readonly template?: TemplateName;
  readonly system?: string;
  readonly promptTemplate: string;
  readonly responseTemplate: string;
  readonly pooling: ExtractionSettings['pooling'];
  readonly maxTokens?: number;
  readonly dtype: Float;
  readonly storeDtype: Float;
  readonly tokenBudget: number;
  readonly device: string;
  readonly threads: number;
  readonly trustRemoteCode?: boolean;
  readonly python?: string;
  readonly json?: boolean;
}

function registerExtract(parent: Command, io: CommandIo): void {
  const command = withExamples(parent.command('extract'), [
    'balpm features extract datasets/pairs --model models/all-MiniLM-L6-v2 --max-tokens 256 --out stores/minilm',
    'balpm features extract datasets/tldr --model mistralai/Mistral-7B-v0.1 --dtype bfloat16 --device cuda --out stores/7b',
    'balpm features extract datasets/pairs --embed embedders/mine.py:embed --out stores/mine',
  ])
    .description('embed every unique text of a dataset with a Hugging Face model (or a function) into a feature store')
    .argument('<dataset>', 'dataset directory')
    .option('--model <dir or id>', 'model directory, or hub id (HF_HUB_OFFLINE=1: from the cache only)')
    .option('--out <dir>', 'feature store to make; must not exist')
    .addOption(
      new Option('--embed <file.py:name>', 'a Python function of your own in the place of a model').conflicts(
        ONLY_MODELS,
      ),
    )
    .option('--embed-options <json>', 'a JSON object for that function')
    .hook('preAction', (hooked, called) => {
      const isModel = called.getOptionValue('embed') === undefined;
      requireOptions(...(isModel ? ['--model <dir or id>'] : []), '--out <dir>')(hooked, called);
    })
    .option('--revision <name>', 'branch, tag or commit of a hub model')
    .addOption(
      new Option('--template <name>', 'the templates of a public dataset in the place of the two below')
        .choices(TEMPLATE_NAMES)
        .conflicts(['promptTemplate', 'responseTemplate']),
    )
    .addOption(new Option('--system <text>', "system turn of --template ultrafeedback, a chat (default: '')"))
    .option('--prompt-template <text>', 'text of a prompt; \\n is a new line', withNewLines, 'Instruction: {prompt}')
    .option(
      '--response-template <text>',
      'text of an answer and its prompt',
      withNewLines,
      'Instruction: {prompt}\nResponse: {response}',
    )
    .addOption(
      new Option('--pooling <how>', 'auto: mean for encoders, last-token for causal models')
        .choices(['auto', 'last-token', 'mean'])
        .default('auto'),
    )
    .addOption(new Option('--store-dtype <type>', 'type the store holds').choices(FLOATS).default('float32'));
  withModelOptions(command).action(async (dataset: string, flags: ExtractFlags) => {
    if (flags.embed !== undefined)
      return extractByFunction(dataset, { ...flags, ...textTemplatesOf(flags), embed: flags.embed }, io);
    if (flags.embedOptions !== undefined)
      throw usageError('Cannot use --embed-options: there is no function, --embed is needed');
    const extraction = await extract(dataset, flags, io);
    if (flags.maxTokens === undefined) io.note(tellDefault(extraction));
    summarise(extraction).forEach(io.note);
    if (flags.json) io.printDocument(extractionDocument(flags.out, extraction));
    else io.print(flags.out);
  });
}

async function extract(dataset: string, flags: ExtractFlags, io: CommandIo): Promise<Extraction> {
  const progress = createExtractProgress(io.note);
  try {
    return await extractFeatures({
      settings: settingsOf(dataset, flags),
      python: resolvePython(flags.python),
      threads: flags.threads,
      signal: io.signal,
      onProgress: progress.observe,
    });
  } finally {
    progress.close();
  }
}

function settingsOf(dataset: string, flags: ExtractFlags): ExtractionSettings {
  const { out, model, pooling, dtype, storeDtype, tokenBudget, device } = flags;
  return {
    dataset,
    out,
    model,
    pooling,
    dtype,
    storeDtype,
    tokenBudget,
    device,
    ...templatesOf(flags),
    revision: flags.revision ?? null,
    maxTokens: flags.maxTokens ?? null,
    trustRemoteCode: flags.trustRemoteCode ?? false,
  };
}

/** The named templates, or those of the two options. @throws BalpmError (usage) for a system turn without a chat. */
function templatesOf({ template, system, promptTemplate, responseTemplate }: ExtractFlags): Templates {
  const templates: Templates =
    template === undefined ? { promptTemplate, responseTemplate, chat: null } : TEMPLATES[template];
  if (system === undefined) return templates;
  if (templates.chat === null)
    throw usageError("Cannot use --system: the texts are no chat, --template 'ultrafeedback' is needed");
  return { ...templates, chat: { system } };
}

/** The same for a function, which has no tokenizer. @throws BalpmError (usage) for a chat. */
function textTemplatesOf(flags: ExtractFlags): Pick<Templates, 'promptTemplate' | 'responseTemplate'> {
  const { promptTemplate, responseTemplate, chat } = templatesOf(flags);
  if (chat === null) return { promptTemplate, responseTemplate };
  throw usageError(
    `Cannot use --template '${flags.template}' with --embed: a chat needs a model's tokenizer, --model is needed`,
  );
}

const tellDefault = ({ manifest }: Extraction): string =>
  `texts are cut at ${manifest.source['maxTokens']} tokens, the default (512, or the model's limit if smaller)`;

function summarise({ counts, manifest }: Extraction): string[] {
  const { prompts, responses, dimension, tokens, truncatedPrompts, truncatedResponses, lostResponses } = counts;
  const cut = truncatedPrompts + truncatedResponses;
  return [
    `${count(prompts)} prompts and ${count(responses)} responses, ${count(dimension)} features each, pooling ${manifest.source['pooling']}`,
    `${count(tokens)} tokens in ${counts.wallSeconds.toFixed(1)} s, ${(100 * counts.paddingShare).toFixed(1)} % padding`,
    ...(cut > 0
      ? [`note: the end of ${count(truncatedPrompts)} prompts and ${count(truncatedResponses)} responses was cut off`]
      : []),
    ...(lostResponses > 0
      ? [
          `note: nothing is left of ${count(lostResponses)} responses, a larger --max-tokens or a shorter template helps`,
        ]
      : []),
  ];
}

const extractionDocument = (store: string, { counts, manifest }: Extraction): Record<string, unknown> => ({
  store,
  ...counts,
  source: manifest.source,
});

function registerShow(command: Command, io: CommandIo): void {
  withExamples(command.command('show'), [
    'balpm features show stores/minilm',
    'balpm features show stores/minilm --json',
  ])
    .description('print what a feature store holds and where it comes from, and check its bytes')
    .argument('<store>', 'feature store directory')
    .option('--json', 'print one JSON document')
    .action(async (path: string, flags: { json?: boolean }) => {
      const manifest = await readStoreManifest(path);
      await checkStoreFiles(path, manifest);
      if (flags.json) io.printDocument({ store: path, ...manifest });
      else describeStore(manifest).forEach(([name, value]) => io.print(`${name.padEnd(24)} ${value}`));
      io.note('the tensors are those of the manifest (size, SHA-256, shapes), every feature is finite');
    });
}

const count = (value: number): string => value.toLocaleString('en-US');
