import type { Command } from 'commander';
import { mergeFeatures } from '../../features/extraction/merge-features.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../options/require-options.ts';
import { withExamples } from '../options/with-examples.ts';
import { examineStores } from './examine-stores.ts';
import { createExtractProgress } from './extract-progress.ts';
import { describeMerge, mergeDocument, storesOf } from './summarise-merge.ts';

interface MergeFlags {
  readonly dataset: string;
  readonly out: string;
  readonly uncertainty?: string;
  readonly quality: boolean;
  readonly python?: string;
  readonly json?: boolean;
}

/** `balpm features merge` */
export function registerMerge(features: Command, io: CommandIo): void {
  withExamples(features.command('merge'), [
    'balpm features merge shards/7b --dataset datasets/tldr --out stores/7b',
    'balpm features merge node1/7b node2/7b --dataset datasets/tldr --out stores/7b',
  ])
    .description('make a feature store of shards, once all of their parts are there and whole')
    .argument('<folders...>', 'folders of shards made by features extract --shard')
    .option('--dataset <dir>', 'the dataset whose texts were embedded')
    .option('--out <dir>', 'feature store to make; must not exist')
    .hook('preAction', requireOptions('--dataset <dir>', '--out <dir>'))
    .option('--uncertainty <file.jsonl>', 'write the entropies of shards extracted with --uncertainty, as columns')
    .option('--no-quality', 'write no page of checks into the store')
    .option('--python <path>', 'interpreter (default: BALPM_PYTHON, else that of balpm setup, else python3)')
    .option('--json', 'print one JSON document')
    .action(async (folders: string[], flags: MergeFlags) => {
      const progress = createExtractProgress(io.note);
      const { dataset, out } = flags;
      const merge = await mergeFeatures({
        settings: { dataset, folders, out, columns: flags.uncertainty ?? null },
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
