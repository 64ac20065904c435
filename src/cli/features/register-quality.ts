import type { Command } from 'commander';
import { EXIT_STATUS } from '../../base/errors.ts';
import type { Check } from '../../quality/check.ts';
import { headlineOf } from '../../quality/headline-of.ts';
import { writeQualityPage } from '../../quality/write-quality-page.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../options/require-options.ts';
import { withExamples } from '../options/with-examples.ts';

interface QualityFlags {
  readonly dataset: string;
  readonly out?: string;
  readonly train?: string;
  readonly validation?: string;
  readonly python?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `balpm features quality` */
export function registerQuality(features: Command, io: CommandIo): void {
  withExamples(features.command('quality'), [
    'balpm features quality stores/minilm --dataset datasets/pairs',
    'balpm features quality stores/7b --dataset datasets/tldr --out pages/7b.html --strict',
  ])
    .description('examine a feature store and write a page of checks: is the space any good?')
    .argument('<store>', 'feature store directory')
    .option('--dataset <dir>', 'dataset directory the store was made for')
    .option('--out <file.html>', 'page to write, its numbers beside it as .json (default: quality.html in the store)')
    .option('--train <split>', 'split a linear probe learns from (default: train)')
    .option('--validation <split>', 'split it is measured on (default: validation)')
    .option('--python <path>', 'interpreter (default: BALPM_PYTHON, else that of balpm setup, else python3)')
    .option('--strict', 'end with status 4 when a check fails')
    .option('--json', 'print one JSON document')
    .hook('preAction', requireOptions('--dataset <dir>'))
    .action((store: string, flags: QualityFlags) => examine(store, flags, io));
}

async function examine(store: string, flags: QualityFlags, io: CommandIo): Promise<void> {
  const { page, document } = await writeQualityPage({
    store,
    dataset: flags.dataset,
    out: flags.out ?? null,
    train: flags.train ?? null,
    validation: flags.validation ?? null,
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
