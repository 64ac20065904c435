import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { wholeNumber } from './whole-number.ts';

/** The number types a language model and a store may have. */
export const FLOATS = ['float32', 'float16', 'bfloat16'] as const;
export type Float = (typeof FLOATS)[number];

/** Adds how a language model is run over texts, by which interpreter, and the JSON mode. */
export const withModelOptions = (command: Command): Command =>
  command
    .option(
      '--max-tokens <n>',
      "tokens of a text, special ones included; the end is cut off (default: 512, or the model's limit if smaller)",
      wholeNumber(1),
    )
    .addOption(new Option('--dtype <type>', 'type the model computes in').choices(FLOATS).default('float32'))
    .option(
      '--token-budget <n>',
      'tokens that go through the model together, padding included (default: what suits the device)',
      wholeNumber(1),
    )
    .option('--device <name>', 'auto, cpu, cuda, cuda:1, …', 'auto')
    .option('--threads <n>', 'CPU threads; all cores unless told otherwise', wholeNumber(1), availableParallelism())
    .option('--trust-remote-code', 'run Python code that the model brings along')
    .option('--python <path>', "interpreter (default: BALPM_PYTHON, else the package's .venv, else python3)")
    .option('--json', 'print one JSON document');
