import type { Command } from 'commander';
import { z } from 'zod';
import { formatCount } from '../../base/text/format-count.ts';
import { computeUncertainty, type Uncertainty } from '../../features/compute-uncertainty.ts';
import { featuresUncertainty } from '../../protocol/operations/features-uncertainty.ts';
import { setting } from '../../protocol/setting.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { machineSettings } from '../options/machine-settings.ts';
import { requireOptions } from '../options/require-options.ts';
import { type SettingsOf, settingsOf } from '../options/settings-of.ts';
import { withExamples } from '../options/with-examples.ts';
import { withSettings } from '../options/with-settings.ts';
import { describeDoubled } from './describe-doubled.ts';
import { createExtractProgress } from './extract-progress.ts';

/** The settings of `balpm features uncertainty`, in the order of the help. */
const fields = {
  model: featuresUncertainty.params.shape.model.describe(
    'causal language model: a directory, or a hub id (HF_HUB_OFFLINE=1: from the cache)',
  ),
  out: setting(z.string(), 'file of columns to make, for data.columns; must not exist', { value: '<file.jsonl>' }),
  ...featuresUncertainty.params.omit({ dataset: true, model: true, out: true }).shape,
  ...machineSettings,
};

/** `balpm features uncertainty` */
export function registerUncertainty(features: Command, io: CommandIo): void {
  const command = withExamples(features.command('uncertainty'), [
    'balpm features uncertainty datasets/pairs --model models/SmolLM2-135M --out columns/entropy.jsonl',
    'balpm features uncertainty datasets/tldr --model mistralai/Mistral-7B-v0.1 --dtype bfloat16 --device cuda --split train --out columns/7b.jsonl',
  ])
    .description('compute the entropy of a language model’s next-token distributions over every answer, as columns')
    .argument('<dataset>', 'dataset directory');
  withSettings(command, fields)
    .hook('preAction', requireOptions('--model <dir or id>', '--out <file.jsonl>'))
    .action(async (dataset: string, given: Record<string, unknown>) => {
      const flags = settingsOf(fields, given);
      const result = await compute(dataset, flags, io);
      summarise(result).forEach(io.note);
      if (flags.json) io.printDocument({ file: flags.out, ...result });
      else io.print(flags.out);
    });
}

async function compute(
  dataset: string,
  { threads, python, json: _json, ...settings }: SettingsOf<typeof fields>,
  io: CommandIo,
): Promise<Uncertainty> {
  const progress = createExtractProgress(io.note);
  try {
    return await computeUncertainty({
      settings: { ...settings, dataset },
      python: resolvePython(python),
      threads,
      signal: io.signal,
      onProgress: progress.observe,
    });
  } finally {
    progress.close();
  }
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
