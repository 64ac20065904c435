import { type Command, Option } from 'commander';
import { formatCount } from '../../base/text/format-count.ts';
import { computeUncertainty, type Uncertainty, type UncertaintySettings } from '../../features/compute-uncertainty.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../options/require-options.ts';
import { withExamples } from '../options/with-examples.ts';
import { withNewLines } from '../options/with-new-lines.ts';
import { describeDoubled } from './describe-doubled.ts';
import { createExtractProgress } from './extract-progress.ts';
import { type ModelFlags, modelSourceOf, withModelOptions } from './with-model-options.ts';

/** Tokens that go through the model together unless told. */
const TOKEN_BUDGET = 16_384;

interface UncertaintyFlags extends ModelFlags {
  readonly out: string;
  readonly split?: readonly string[];
  readonly responseTemplate: string;
  readonly positions: UncertaintySettings['positions'];
  readonly maxTokens?: number;
  readonly tokenBudget?: number;
  readonly threads: number;
  readonly python?: string;
  readonly json?: boolean;
}

/** `balpm features uncertainty` */
export function registerUncertainty(features: Command, io: CommandIo): void {
  const command = withExamples(features.command('uncertainty'), [
    'balpm features uncertainty datasets/pairs --model models/SmolLM2-135M --out columns/entropy.jsonl',
    'balpm features uncertainty datasets/tldr --model mistralai/Mistral-7B-v0.1 --dtype bfloat16 --device cuda --split train --out columns/7b.jsonl',
  ])
    .description('compute the entropy of a language model’s next-token distributions over every answer, as columns')
    .argument('<dataset>', 'dataset directory')
    .option('--model <dir or id>', 'causal language model: a directory, or a hub id (HF_HUB_OFFLINE=1: from the cache)')
    .option('--out <file.jsonl>', 'file of columns to make, for data.columns; must not exist')
    .hook('preAction', requireOptions('--model <dir or id>', '--out <file.jsonl>'))
    .option('--split <name...>', 'splits whose items get columns (default: all)')
    .option('--revision <name>', 'branch, tag or commit of a hub model')
    .option(
      '--response-template <text>',
      'text of an answer and its prompt; \\n is a new line',
      withNewLines,
      'Instruction: {prompt}\nResponse: {response}',
    )
    .addOption(
      new Option('--positions <which>', 'all: every token of the text; response: the answer’s tokens only')
        .choices(['all', 'response'])
        .default('all'),
    );
  withModelOptions(command, String(TOKEN_BUDGET)).action(async (dataset: string, flags: UncertaintyFlags) => {
    const result = await compute(dataset, flags, io);
    summarise(result).forEach(io.note);
    if (flags.json) io.printDocument({ file: flags.out, ...result });
    else io.print(flags.out);
  });
}

async function compute(dataset: string, flags: UncertaintyFlags, io: CommandIo): Promise<Uncertainty> {
  const progress = createExtractProgress(io.note);
  try {
    return await computeUncertainty({
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

function settingsOf(dataset: string, flags: UncertaintyFlags): UncertaintySettings {
  const { out, responseTemplate, positions, tokenBudget, split } = flags;
  return {
    dataset,
    out,
    splits: split === undefined ? null : [...split],
    ...modelSourceOf(flags),
    responseTemplate,
    positions,
    maxTokens: flags.maxTokens ?? null,
    tokenBudget: tokenBudget ?? TOKEN_BUDGET,
  };
}

function summarise(result: Uncertainty): string[] {
  const { items, responses, positions, tokens, maxTokens, truncatedResponses, lostResponses } = result;
  return [
    `${formatCount(items)} items, ${formatCount(result.columns.length)} columns each, from ${formatCount(positions)} positions of ${formatCount(responses)} responses`,
    `${formatCount(tokens)} tokens in ${result.wallSeconds.toFixed(1)} s, ${(100 * result.paddingShare).toFixed(1)} % padding, at most ${formatCount(maxTokens)} tokens a text`,
    ...(truncatedResponses > 0 ? [`note: the end of ${formatCount(truncatedResponses)} responses was cut off`] : []),
    ...(lostResponses > 0
      ? [
          `note: nothing is left of ${formatCount(lostResponses)} responses, a larger --max-tokens or a shorter template helps`,
        ]
      : []),
    ...describeDoubled(result.doubledTokens, 'uncertainty'),
  ];
}
