import type { Command } from 'commander';
import { z } from 'zod';
import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { type Verification, verifyFeatures } from '../../features/verify-features.ts';
import { featuresVerify } from '../../protocol/operations/features-verify.ts';
import { setting } from '../../protocol/setting.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { machineSettings } from '../options/machine-settings.ts';
import { requireOptions } from '../options/require-options.ts';
import { type SettingsOf, settingsOf } from '../options/settings-of.ts';
import { withExamples } from '../options/with-examples.ts';
import { withSettings } from '../options/with-settings.ts';
import { createExtractProgress } from './extract-progress.ts';

const { adapter, promptTexts, sample, seed, device, deviceMap, trustRemoteCode } = featuresVerify.params.shape;

/** The settings of `balpm features verify`, in the order of the help. */
const fields = {
  dataset: setting(z.string(), 'the dataset whose texts were embedded', { value: '<dir>' }),
  model: setting(z.string().nullable(), 'the model', {
    value: '<dir or id>',
    usual: 'the one the manifest names, a directory here or a hub id',
  }),
  adapter: adapter.describe('the adapter it was made with'),
  promptTexts,
  sample,
  seed,
  device,
  deviceMap,
  trustRemoteCode,
  ...machineSettings,
};

/** `balpm features verify` */
export function registerVerify(features: Command, io: CommandIo): void {
  const command = withExamples(features.command('verify'), [
    'balpm features verify stores/minilm --dataset datasets/pairs --model models/all-MiniLM-L6-v2',
    'balpm features verify stores/7b --dataset datasets/tldr --sample 200 --device cuda --json',
  ])
    .description('embed a random sample of a store’s texts again, one by one, and compare')
    .argument('<store>', 'feature store directory');
  withSettings(command, fields)
    .hook('preAction', requireOptions('--dataset <dir>'))
    .action(async (store: string, given: Record<string, unknown>) => {
      const flags = settingsOf(fields, given);
      const found = await verify(store, flags, io);
      if (flags.json) io.printDocument({ store, ...found });
      else io.print(describe(found));
      if (found.wrong > 0)
        throw dataError(
          `Cannot trust ${quotePath(store)}: ${found.wrong} of ${found.prompts + found.responses} texts have other features than the model gives now (${found.worst}: ${found.maxDifference.toExponential(1)}), at most ${found.tolerance.toExponential(1)} is needed`,
        );
    });
}

async function verify(
  store: string,
  { threads, python, json: _json, ...settings }: SettingsOf<typeof fields>,
  io: CommandIo,
): Promise<Verification> {
  const progress = createExtractProgress(io.note);
  return verifyFeatures({
    settings: { ...settings, store },
    python: resolvePython(python),
    threads,
    signal: io.signal,
    onProgress: progress.observe,
  }).finally(progress.close);
}

const describe = ({ prompts, responses, maxDifference, meanDifference, tolerance, worst }: Verification): string =>
  `${prompts} prompts and ${responses} responses embedded again: relative differences ${meanDifference.toExponential(1)} on average, ${maxDifference.toExponential(1)} at most (${worst}), ${tolerance.toExponential(1)} allowed`;
