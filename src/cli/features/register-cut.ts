import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { z } from 'zod';
import { formatCount } from '../../base/text/format-count.ts';
import type { DatasetManifest } from '../../data/dataset-format.ts';
import { cutDataset } from '../../features/extraction/reference-cut.ts';
import { refuseExistingStore } from '../../features/store/refuse-existing-store.ts';
import { featuresCut } from '../../protocol/operations/features-cut.ts';
import { setting } from '../../protocol/setting.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { interpreterSettings } from '../options/interpreter-settings.ts';
import { requireOptions } from '../options/require-options.ts';
import { type SettingsOf, settingsOf } from '../options/settings-of.ts';
import { withExamples } from '../options/with-examples.ts';
import { withSettings } from '../options/with-settings.ts';
import { createExtractProgress } from './extract-progress.ts';

const { model, revision, maxTokens, trustRemoteCode } = featuresCut.params.shape;

/** The settings of `balpm features cut`, in the order of the help. */
const fields = {
  model,
  out: setting(z.string(), 'dataset directory to make; must not exist', { value: '<dir>' }),
  revision,
  maxTokens,
  trustRemoteCode,
  ...interpreterSettings,
};

/** `balpm features cut` */
export function registerCut(features: Command, io: CommandIo): void {
  const command = withExamples(features.command('cut'), [
    'balpm features cut datasets/tldr --model mistralai/Mistral-7B-v0.1 --out datasets/tldr-cut',
  ])
    .description('make the dataset of cut texts alone, which features extract --prompt-cut reference takes in shards')
    .argument('<dataset>', 'dataset directory');
  withSettings(command, fields)
    .hook('preAction', requireOptions('--model <dir or id>', '--out <dir>'))
    .action(async (dataset: string, given: Record<string, unknown>) => {
      const flags = settingsOf(fields, given);
      refuseExistingStore(flags.out);
      const manifest = await cut(dataset, flags, io);
      io.note(describe(manifest));
      if (flags.json) io.printDocument({ dataset: flags.out, ...manifest });
      else io.print(flags.out);
    });
}

async function cut(
  dataset: string,
  { python, json: _json, ...settings }: SettingsOf<typeof fields>,
  io: CommandIo,
): Promise<DatasetManifest> {
  const progress = createExtractProgress(io.note);
  return cutDataset({
    settings: { ...settings, dataset },
    python: resolvePython(python),
    threads: availableParallelism(),
    signal: io.signal,
    onProgress: progress.observe,
  }).finally(progress.close);
}

const describe = ({ counts, source }: DatasetManifest): string =>
  `${formatCount(Number(source['cutItems']))} of ${formatCount(counts.items)} pairs cut at ${formatCount(Number(source['maxTokens']))} tokens: ${formatCount(counts.prompts)} prompts, ${formatCount(counts.responses)} responses`;
