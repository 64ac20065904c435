import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { formatCount } from '../../base/text/format-count.ts';
import type { DatasetManifest } from '../../data/dataset-format.ts';
import { cutDataset } from '../../features/extraction/reference-cut.ts';
import { refuseExistingStore } from '../../features/store/refuse-existing-store.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../options/require-options.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { withExamples } from '../options/with-examples.ts';
import { createExtractProgress } from './extract-progress.ts';

interface CutFlags {
  readonly model: string;
  readonly out: string;
  readonly revision?: string;
  readonly maxTokens?: number;
  readonly trustRemoteCode?: boolean;
  readonly python?: string;
  readonly json?: boolean;
}

/** `balpm features cut` */
export function registerCut(features: Command, io: CommandIo): void {
  withExamples(features.command('cut'), [
    'balpm features cut datasets/tldr --model mistralai/Mistral-7B-v0.1 --out datasets/tldr-cut',
  ])
    .description('make the dataset of cut texts alone, which features extract --prompt-cut reference takes in shards')
    .argument('<dataset>', 'dataset directory')
    .option('--model <dir or id>', 'model whose tokenizer counts: a directory, or a hub id')
    .option('--out <dir>', 'dataset directory to make; must not exist')
    .hook('preAction', requireOptions('--model <dir or id>', '--out <dir>'))
    .option('--revision <name>', 'branch, tag or commit of a hub model')
    .option('--max-tokens <n>', "tokens of a text (default: 512, or the model's limit if smaller)", wholeNumber(1))
    .option('--trust-remote-code', "run the model's own Python code, with your rights")
    .option('--python <path>', 'interpreter (default: BALPM_PYTHON, else that of balpm setup, else python3)')
    .option('--json', 'print one JSON document')
    .action(async (dataset: string, flags: CutFlags) => {
      refuseExistingStore(flags.out);
      const manifest = await cut(dataset, flags, io);
      io.note(describe(manifest));
      if (flags.json) io.printDocument({ dataset: flags.out, ...manifest });
      else io.print(flags.out);
    });
}

async function cut(dataset: string, flags: CutFlags, io: CommandIo): Promise<DatasetManifest> {
  const { model, out, revision = null, maxTokens = null, trustRemoteCode = false } = flags;
  const progress = createExtractProgress(io.note);
  return cutDataset({
    settings: { dataset, model, out, revision, maxTokens, trustRemoteCode },
    python: resolvePython(flags.python),
    threads: availableParallelism(),
    signal: io.signal,
    onProgress: progress.observe,
  }).finally(progress.close);
}

const describe = ({ counts, source }: DatasetManifest): string =>
  `${formatCount(Number(source['cutItems']))} of ${formatCount(counts.items)} pairs cut at ${formatCount(Number(source['maxTokens']))} tokens: ${formatCount(counts.prompts)} prompts, ${formatCount(counts.responses)} responses`;
