import type { Command } from 'commander';
import { z } from 'zod';
import { mergeFeatures } from '../../features/extraction/merge-features.ts';
import { setting } from '../../protocol/setting.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { interpreterSettings } from '../options/interpreter-settings.ts';
import { requireOptions } from '../options/require-options.ts';
import { settingsOf } from '../options/settings-of.ts';
import { withExamples } from '../options/with-examples.ts';
import { withSettings } from '../options/with-settings.ts';
import { examineStores } from './examine-stores.ts';
import { createExtractProgress } from './extract-progress.ts';
import { describeMerge, mergeDocument, storesOf } from './summarise-merge.ts';

/** The settings of `balpm features merge`, in the order of the help. */
const fields = {
  dataset: setting(z.string(), 'the dataset whose texts were embedded', { value: '<dir>' }),
  out: setting(z.string(), 'feature store to make; must not exist', { value: '<dir>' }),
  uncertainty: setting(
    z.string().nullable(),
    'write the entropies of shards extracted with --uncertainty, as columns',
    { value: '<file.jsonl>' },
  ),
  quality: setting(z.boolean(), 'write no page of checks into the store', { default: true }),
  ...interpreterSettings,
};

/** `balpm features merge` */
export function registerMerge(features: Command, io: CommandIo): void {
  const command = withExamples(features.command('merge'), [
    'balpm features merge shards/7b --dataset datasets/tldr --out stores/7b',
    'balpm features merge node1/7b node2/7b --dataset datasets/tldr --out stores/7b',
  ])
    .description('make a feature store of shards, once all of their parts are there and whole')
    .argument('<folders...>', 'folders of shards made by features extract --shard');
  withSettings(command, fields)
    .hook('preAction', requireOptions('--dataset <dir>', '--out <dir>'))
    .action(async (folders: string[], given: Record<string, unknown>) => {
      const flags = settingsOf(fields, given);
      const progress = createExtractProgress(io.note);
      const { dataset, out } = flags;
      const merge = await mergeFeatures({
        settings: { dataset, folders, out, columns: flags.uncertainty },
        python: resolvePython(flags.python),
        threads: 1,
        signal: io.signal,
        onProgress: progress.observe,
      }).finally(progress.close);
      describeMerge(merge).forEach(io.note);
      const python = resolvePython(flags.python);
      const pages = flags.quality ? await examineStores(storesOf(merge), { dataset, python }, io) : [];
      if (flags.json) io.printDocument({ ...mergeDocument(flags.out, merge), pages });
      else io.print(flags.out);
    });
}
