import { type Command, Option } from 'commander';
import { SELECTIONS, type Selection } from '../../slurm/choose-units.ts';
import { readProfile } from '../../slurm/read-profile.ts';
import { checkSbatchOptions } from '../../slurm/sbatch-options.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../require-options.ts';
import { withExamples } from '../with-examples.ts';
import { submitCells } from './submit-cells.ts';

/** Options of `balpm slurm submit` that say how jobs are handed in, whatever they do. */
export interface SubmitFlags {
  readonly config: string;
  readonly id?: string;
  readonly profile?: string;
  readonly job: readonly string[];
  readonly only: Selection;
  readonly afterok?: string;
  readonly dryRun?: boolean;
  readonly check: boolean;
  readonly json?: boolean;
}

/** `balpm slurm submit` */
export function registerSubmit(parent: Command, io: CommandIo): void {
  withExamples(parent.command('submit'), [
    'balpm slurm submit -c exp.yaml acquisition.policy=random,batch-entropy seed=1..20 --dry-run',
    'balpm slurm submit -c exp.yaml seed=1..20 --profile cluster.yaml --job minutes=240 --job tasksPerJob=5',
    'balpm slurm submit -c exp.yaml seed=1..20 --only failed -- --exclude=gpu07',
  ])
    .description('hand every combination of some values to Slurm, as arrays of jobs')
    .argument('[key=values...]', 'key=a,b,c or key=1..5 to sweep, key=value to fix; after --: options of sbatch')
    .option('-c, --config <file>', 'configuration (YAML); its `sweep` section is the default grid')
    .hook('preAction', requireOptions('-c, --config <file>'))
    .option('--id <id>', 'directory of the sweep below output.dir (default: the configuration’s name)')
    .option('--profile <file>', 'how this site’s Slurm is used (default: slurm.yaml, or that of ~/.config/balpm)')
    .option('--job <key=value>', 'a key of the profile’s job, as minutes=90; repeatable', collect, [])
    .addOption(
      new Option('--only <which>', 'of what is not done and has no job').choices(SELECTIONS).default('missing'),
    )
    .option('--afterok <job>', 'begin once that job has ended well; its data need not be there yet')
    .option('--dry-run', 'print every script and every call of sbatch; ask nothing of Slurm, write nothing')
    .option('--no-check', 'do not read the data first, nor ask sbatch whether it would take the scripts')
    .option('--json', 'end with one JSON document')
    .action(async (words: string[], flags: SubmitFlags) => {
      const { keys, options } = splitWords(words);
      const { profile, path } = await readProfile(flags.profile, flags.job);
      await submitCells({ keys, options: checkSbatchOptions(options), profile, profilePath: path, flags }, io);
    });
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** Keys of a configuration never begin with a dash; from the first word that does, all are for sbatch. */
function splitWords(words: readonly string[]): { readonly keys: string[]; readonly options: string[] } {
  const first = words.findIndex((word) => word.startsWith('-'));
  const end = first === -1 ? words.length : first;
  return { keys: words.slice(0, end), options: words.slice(end) };
}
