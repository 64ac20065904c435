import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { type Verification, type VerificationOptions, verifyFeatures } from '../../features/verify-features.ts';
import { modelSource } from '../../protocol/model-source.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import { MOST_THREADS } from '../../worker/most-threads.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../options/require-options.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { withExamples } from '../options/with-examples.ts';
import { createExtractProgress } from './extract-progress.ts';

interface VerifyFlags {
  readonly dataset: string;
  readonly model?: string;
  readonly adapter?: string;
  readonly promptTexts?: string;
  readonly sample: number;
  readonly seed: number;
  readonly device: string;
  readonly deviceMap?: NonNullable<VerificationOptions['settings']['deviceMap']>;
  readonly threads: number;
  readonly trustRemoteCode?: boolean;
  readonly python?: string;
  readonly json?: boolean;
}

/** `balpm features verify` */
export function registerVerify(features: Command, io: CommandIo): void {
  withExamples(features.command('verify'), [
    'balpm features verify stores/minilm --dataset datasets/pairs --model models/all-MiniLM-L6-v2',
    'balpm features verify stores/7b --dataset datasets/tldr --sample 200 --device cuda --json',
  ])
    .description('embed a random sample of a store’s texts again, one by one, and compare')
    .argument('<store>', 'feature store directory')
    .option('--dataset <dir>', 'the dataset whose texts were embedded')
    .hook('preAction', requireOptions('--dataset <dir>'))
    .option('--model <dir or id>', 'the model (default: the one the manifest names, a directory here or a hub id)')
    .option('--adapter <dir or id>', 'the adapter it was made with')
    .option(
      '--prompt-texts <file.jsonl>',
      'texts that stood in for the prompts (default: prompts-alone.jsonl of a dataset that --prompt-cut reference made)',
    )
    .option('--sample <n>', 'texts to embed again', wholeNumber(1), 64)
    .option('--seed <n>', 'which texts', wholeNumber(0), 0)
    .option('--device <name>', 'auto, cpu, cuda, cuda:1, …', 'auto')
    .addOption(
      new Option('--device-map <how>', 'share the layers out among all GPUs, for a model too large for one').choices(
        modelSource.deviceMap.unwrap().options,
      ),
    )
    .option(
      '--threads <n>',
      'CPU threads; all cores unless told otherwise',
      wholeNumber(1, MOST_THREADS),
      availableParallelism(),
    )
    .option('--trust-remote-code', "run the model's own Python code, with your rights")
    .option('--python <path>', 'interpreter (default: BALPM_PYTHON, else that of balpm setup, else python3)')
    .option('--json', 'print one JSON document')
    .action(async (store: string, flags: VerifyFlags) => {
      const found = await verify(store, flags, io);
      if (flags.json) io.printDocument({ store, ...found });
      else io.print(describe(found));
      if (found.wrong > 0)
        throw dataError(
          `Cannot trust ${quotePath(store)}: ${found.wrong} of ${found.prompts + found.responses} texts have other features than the model gives now (${found.worst}: ${found.maxDifference.toExponential(1)}), at most ${found.tolerance.toExponential(1)} is needed`,
        );
    });
}

async function verify(store: string, flags: VerifyFlags, io: CommandIo): Promise<Verification> {
  const progress = createExtractProgress(io.note);
  const { dataset, sample, seed, device } = flags;
  return verifyFeatures({
    settings: {
      dataset,
      store,
      sample,
      seed,
      device,
      model: flags.model ?? null,
      adapter: flags.adapter ?? null,
      promptTexts: flags.promptTexts ?? null,
      deviceMap: flags.deviceMap ?? null,
      trustRemoteCode: flags.trustRemoteCode ?? false,
    },
    python: resolvePython(flags.python),
    threads: flags.threads,
    signal: io.signal,
    onProgress: progress.observe,
  }).finally(progress.close);
}

const describe = ({ prompts, responses, maxDifference, meanDifference, tolerance, worst }: Verification): string =>
  `${prompts} prompts and ${responses} responses embedded again: relative differences ${meanDifference.toExponential(1)} on average, ${maxDifference.toExponential(1)} at most (${worst}), ${tolerance.toExponential(1)} allowed`;
