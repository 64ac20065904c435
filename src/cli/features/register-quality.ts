import type { Command } from 'commander';
import { z } from 'zod';
import { EXIT_STATUS } from '../../base/errors.ts';
import { setting } from '../../protocol/setting.ts';
import type { Check } from '../../quality/check.ts';
import { headlineOf } from '../../quality/headline-of.ts';
import { writeQualityPage } from '../../quality/write-quality-page.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { interpreterSettings } from '../options/interpreter-settings.ts';
import { requireOptions } from '../options/require-options.ts';
import { type SettingsOf, settingsOf } from '../options/settings-of.ts';
import { withExamples } from '../options/with-examples.ts';
import { withSettings } from '../options/with-settings.ts';

/** The settings of `balpm features quality`, in the order of the help. */
const fields = {
  dataset: setting(z.string(), 'dataset directory the store was made for', { value: '<dir>' }),
  out: setting(z.string().nullable(), 'page to write, its numbers beside it as .json', {
    value: '<file.html>',
    usual: 'quality.html in the store',
  }),
  train: setting(z.string().nullable(), 'split a linear probe learns from', { value: '<split>', usual: 'train' }),
  validation: setting(z.string().nullable(), 'split it is measured on', { value: '<split>', usual: 'validation' }),
  strict: setting(z.boolean(), 'end with status 4 when a check fails'),
  ...interpreterSettings,
};

/** `balpm features quality` */
export function registerQuality(features: Command, io: CommandIo): void {
  const command = withExamples(features.command('quality'), [
    'balpm features quality stores/minilm --dataset datasets/pairs',
    'balpm features quality stores/7b --dataset datasets/tldr --out pages/7b.html --strict',
  ])
    .description('examine a feature store and write a page of checks: is the space any good?')
    .argument('<store>', 'feature store directory');
  withSettings(command, fields)
    .hook('preAction', requireOptions('--dataset <dir>'))
    .action((store: string, given: Record<string, unknown>) => examine(store, settingsOf(fields, given), io));
}

async function examine(store: string, flags: SettingsOf<typeof fields>, io: CommandIo): Promise<void> {
  const { page, document } = await writeQualityPage({
    store,
    dataset: flags.dataset,
    out: flags.out,
    train: flags.train,
    validation: flags.validation,
    python: resolvePython(flags.python),
    signal: io.signal,
    onStep: io.note,
  });
  document.checks.flatMap(describe).forEach(io.note);
  io.note(headlineOf(document.checks));
  if (flags.json) io.printDocument({ page, ...document });
  else io.print(page);
  if (flags.strict && document.checks.some(({ state }) => state === 'fail')) io.exitWith(EXIT_STATUS.data);
}

const describe = ({ state, title, finding, advice }: Check): string[] =>
  state === 'ok' ? [] : [`${state}: ${title}. ${finding} ${advice}`.trimEnd()];
