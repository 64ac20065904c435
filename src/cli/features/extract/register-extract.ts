import type { Command } from 'commander';
import { usageError } from '../../../base/errors.ts';
import type { CommandIo } from '../../command.ts';
import { requireOptions } from '../../options/require-options.ts';
import { settingsOf } from '../../options/settings-of.ts';
import { withExamples } from '../../options/with-examples.ts';
import { withSettings } from '../../options/with-settings.ts';
import { extractByFunction } from './extract-by-function.ts';
import { type ExtractFlags, extractFields } from './extract-fields.ts';
import { extractionSettingsOf, textTemplatesOf } from './extract-settings.ts';
import { makeShard } from './extract-shard.ts';
import { makeStore } from './extract-store.ts';
import { forecastExtract } from './forecast-extract.ts';

/** `balpm features extract` */
export function registerExtract(parent: Command, io: CommandIo): void {
  const fields = extractFields();
  const command = withExamples(parent.command('extract'), [
    'balpm features extract datasets/pairs --model models/all-MiniLM-L6-v2 --max-tokens 256 --out stores/minilm',
    'balpm features extract datasets/tldr --model mistralai/Mistral-7B-v0.1 --dtype bfloat16 --devices 0,1,2 --out stores/7b',
    'balpm features extract datasets/tldr --model mistralai/Mistral-7B-v0.1 --dtype bfloat16 --shard 3/16 --out shards/7b',
    'balpm features extract datasets/tldr --model mistralai/Mistral-7B-v0.1 --dtype bfloat16 --out stores/7b --dry-run',
    'balpm features extract datasets/pairs --embed embedders/mine.py:embed --out stores/mine',
  ])
    .description('embed every unique text of a dataset with a Hugging Face model (or a function) into a feature store')
    .argument('<dataset>', 'dataset directory');
  withSettings(command, fields)
    .hook('preAction', (hooked, called) => {
      const isModel = called.getOptionValue('embed') === undefined;
      requireOptions(...(isModel ? ['--model <dir or id>'] : []), '--out <dir>')(hooked, called);
    })
    .action((dataset: string, given: Record<string, unknown>) => extract(dataset, settingsOf(fields, given), io));
}

async function extract(dataset: string, flags: ExtractFlags, io: CommandIo): Promise<void> {
  const { embed, dryRun, shard } = flags;
  if (embed !== null && dryRun) throw noForecast();
  if (embed !== null) return extractByFunction(dataset, { ...flags, ...(await textTemplatesOf(flags)), embed }, io);
  if (flags.embedOptions !== null)
    throw usageError('Cannot use --embed-options: there is no function, --embed is needed');
  const settings = await extractionSettingsOf(dataset, flags);
  if (dryRun) return forecastExtract(settings, flags, io);
  if (shard !== null) return makeShard(settings, { ...flags, shard }, io);
  return makeStore(settings, flags, io);
}

const noForecast = () =>
  usageError(
    'Cannot use --dry-run with --embed: a function of your own has no tokenizer to count with, and only its own run times it; leave --dry-run out',
  );
