import { type Command, InvalidArgumentError, Option } from 'commander';
import { SELECTIONS } from '../../slurm/campaign/choose-units.ts';
import { readProfile } from '../../slurm/site/read-profile.ts';
import { checkSbatchOptions } from '../../slurm/submission/sbatch-options.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../options/require-options.ts';
import { settingsOf } from '../options/settings-of.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { withExamples } from '../options/with-examples.ts';
import { withPreset } from '../options/with-preset.ts';
import { withSettings } from '../options/with-settings.ts';
import { refuseForeignOptions } from './refuse-foreign-options.ts';
import { submissionFields } from './submission-fields.ts';
import { type CellFlags, submitCells } from './submit-cells.ts';
import { type ExtractionFlags, type ShardFlags, submitExtraction } from './submit-extraction.ts';

const MOST_SHARDS = 99_999;

/** `balpm slurm submit` */
export function registerSubmit(parent: Command, io: CommandIo): void {
  const command = withExamples(parent.command('submit'), [
    'balpm slurm submit -c exp.yaml acquisition.policy=random,batch-entropy seed=1..20 --dry-run',
    'balpm slurm submit -c exp.yaml seed=1..20 --profile cluster.yaml --job minutes=240 --job tasksPerJob=5',
    'balpm slurm submit -c exp.yaml seed=1..20 --only failed -- --exclude=gpu07',
    'balpm slurm submit --extract datasets/tldr --model org/model --out stores/7b --shards 16 --job gpus=1',
  ])
    .description('submit every combination of some values, or the shards of an extraction, to Slurm as arrays of jobs')
    .argument('[key=values...]', 'key=a,b,c or key=1..5 to sweep, key=value to fix; after --: options of sbatch')
    .option('-c, --config <file>', 'configuration (YAML); its `sweep` section is the default grid')
    .option('--id <id>', 'directory of the sweep below output.dir (default: the configuration’s name)')
    .option('--extract <dataset>', 'instead of -c: extract features of a dataset, shard by shard, and merge them')
    .option('--shards <n>', 'for --extract: number of shards, equal in work, each a unit', wholeNumber(1, MOST_SHARDS))
    .option('--profile <file>', 'profile of this cluster (default: slurm.yaml, or that of ~/.config/balpm)')
    .option('--job <key=value>', 'a key of the profile’s job, such as minutes=90; repeatable', collect, [])
    .addOption(
      new Option('--only <which>', 'units to submit, of those without a job').choices(SELECTIONS).default('missing'),
    )
    .option('--afterok <job>', 'begin once that job has succeeded; its data need not exist yet', jobName)
    .option('--dry-run', 'print every script, every call of sbatch and the cost; do not call Slurm, write nothing')
    .option('--rates <file>', 'estimate the cost from rates measured on another machine (run --save-rates)')
    .option('--wait', 'print progress like `slurm status --watch` and exit with the same status')
    .option('--no-check', 'do not read the data, fetch the model or test the scripts with sbatch first');
  withFeatureOptions(withPreset(command))
    .hook('preAction', (hooked, called) => {
      refuseForeignOptions(called);
      const isExtraction = called.getOptionValue('extract') !== undefined;
      const needed = isExtraction ? ['--model <dir or id>', '--out <dir>', '--shards <n>'] : ['-c, --config <file>'];
      requireOptions(...needed)(hooked, called);
    })
    .action(async (words: string[], flags: CellFlags | ShardFlags) => {
      const { keys, options } = splitWords(words);
      const { profile, path } = await readProfile(flags.profile, flags.job);
      const asked = { options: checkSbatchOptions(options), profile, profilePath: path };
      if ('extract' in flags) await submitExtraction({ ...asked, flags: valuesOf(flags) }, io);
      else await submitCells({ ...asked, keys, flags }, io);
    });
}

const valuesOf = (flags: ShardFlags): ExtractionFlags => ({
  ...flags,
  ...settingsOf(submissionFields, { ...flags }),
});

/** A job, or one element of an array. */
function jobName(text: string): string {
  if (!/^\d+(?:_\d+)?$/.test(text)) throw new InvalidArgumentError('Expected the id of a job, such as 123 or 123_4.');
  return text;
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** Options of `features extract`, under a separate heading in the help. */
function withFeatureOptions(command: Command): Command {
  const before = command.options.length;
  withSettings(command, submissionFields);
  for (const option of command.options.slice(before))
    if (option.long !== '--json') option.helpGroup('Options of --extract, as those of features extract:');
  return command;
}

/** Keys of a configuration never begin with a dash; from the first word that does, all are for sbatch. */
function splitWords(words: readonly string[]): { readonly keys: string[]; readonly options: string[] } {
  const first = words.findIndex((word) => word.startsWith('-'));
  const end = first === -1 ? words.length : first;
  return { keys: words.slice(0, end), options: words.slice(end) };
}
