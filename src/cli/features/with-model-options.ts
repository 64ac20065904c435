import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import type { z } from 'zod';
import { modelSource } from '../../protocol/model-source.ts';
import { MOST_THREADS } from '../../worker/most-threads.ts';
import { wholeNumber } from '../options/whole-number.ts';

/** The number types a language model and a store may have. */
export const FLOATS = ['float32', 'float16', 'bfloat16'] as const;
export type Float = (typeof FLOATS)[number];

type ModelSource = { readonly [Field in keyof typeof modelSource]: z.infer<(typeof modelSource)[Field]> };

/** What those options and `--model`, `--revision` give, as far as they say which model is run. */
export interface ModelFlags {
  readonly model: string;
  readonly revision?: string;
  readonly dtype: Float;
  readonly device: string;
  readonly deviceMap?: NonNullable<ModelSource['deviceMap']>;
  readonly adapter?: string;
  readonly attention?: NonNullable<ModelSource['attention']>;
  readonly loadIn?: NonNullable<ModelSource['quantisation']>;
  readonly trustRemoteCode?: boolean;
}

/** The names of the options in `ModelFlags` that a function in the place of a model does not know. */
export const MODEL_FLAGS: readonly (keyof ModelFlags)[] = [
  ...(['model', 'revision', 'dtype', 'deviceMap', 'adapter', 'attention', 'loadIn', 'trustRemoteCode'] as const),
];

/** Which model is meant, as the operations that run one take it; what was not given is null. */
export const modelSourceOf = (flags: ModelFlags): ModelSource => ({
  model: flags.model,
  revision: flags.revision ?? null,
  dtype: flags.dtype,
  device: flags.device,
  deviceMap: flags.deviceMap ?? null,
  adapter: flags.adapter ?? null,
  attention: flags.attention ?? null,
  quantisation: flags.loadIn ?? null,
  trustRemoteCode: flags.trustRemoteCode ?? false,
});

/** Adds how a language model is run over texts, by which interpreter, and the JSON mode; `usualBudget` is said in words. */
export const withModelOptions = (command: Command, usualBudget: string): Command =>
  command
    .option(
      '--max-tokens <n>',
      "tokens of a text, special ones included; the end is cut off (default: 512, or the model's limit if smaller)",
      wholeNumber(1),
    )
    .addOption(new Option('--dtype <type>', 'type the model computes in').choices(FLOATS).default('float32'))
    .option(
      '--token-budget <n>',
      `tokens that go through the model together, padding included (default: ${usualBudget})`,
      wholeNumber(1),
    )
    .option('--device <name>', 'auto, cpu, cuda, cuda:1, …', 'auto')
    .addOption(
      new Option('--device-map <how>', 'share the layers out among all GPUs, for a model too large for one').choices(
        modelSource.deviceMap.unwrap().options,
      ),
    )
    .option('--adapter <dir or id>', 'PEFT adapter (LoRA, …) to put onto the model')
    .addOption(
      new Option('--attention <how>', "implementation of attention (default: the library's choice)").choices(
        modelSource.attention.unwrap().options,
      ),
    )
    .addOption(
      new Option('--load-in <bits>', 'weights in 8 or 4 bits, with bitsandbytes').choices(
        modelSource.quantisation.unwrap().options,
      ),
    )
    .option(
      '--threads <n>',
      'CPU threads; all cores unless told otherwise',
      wholeNumber(1, MOST_THREADS),
      availableParallelism(),
    )
    .option(
      '--trust-remote-code',
      "run Python code that the model brings along: its authors' code runs on this machine with your rights",
    )
    .option('--python <path>', 'interpreter (default: BALPM_PYTHON, else that of balpm setup, else python3)')
    .option('--json', 'print one JSON document');
