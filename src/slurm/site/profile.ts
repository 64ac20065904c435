import { z } from 'zod';
import { managedOption } from '../submission/managed-options.ts';
import { Line, Word } from '../submission/plain-word.ts';

const MOST_MINUTES = 60 * 24 * 365;
const count = (least: number, most = 1_000_000) => z.int().min(least).max(most);

const fields = {
  cpus: count(1, 4096).describe('processor cores of a job (--cpus-per-task)'),
  gpus: count(0, 64).describe('GPUs of a job'),
  memGb: z.number().positive().max(100_000).describe('memory of a job in GiB (--mem)'),
  minutes: count(1, MOST_MINUTES).describe('time limit of a job in minutes (--time)'),
  warnSeconds: count(1, 65_535)
    .nullable()
    .describe('seconds before the limit at which Slurm warns; null: 120, or a fourth of the limit where that is less'),
  requeue: z.boolean().describe('whether a job may begin again by itself'),
  maxRestarts: count(0).describe('how often a unit begins again after it was killed or its node was lost'),
  maxTimeouts: count(0).describe('how often a unit begins again after its time was over'),
  maxPreemptions: count(0).describe('how often a unit begins again after it was preempted'),
  tasksPerJob: count(1).describe(
    'units that one job works through on warm workers; cells as many at a time as its cores have room for',
  ),
};

/** What one job asks for, and how often it may begin again. */
export const JobShape = z.strictObject({
  cpus: fields.cpus.default(1),
  gpus: fields.gpus.default(0),
  memGb: fields.memGb.default(4),
  minutes: fields.minutes.default(60),
  warnSeconds: fields.warnSeconds.default(null),
  requeue: fields.requeue.default(true),
  maxRestarts: fields.maxRestarts.default(10),
  maxTimeouts: fields.maxTimeouts.default(1000),
  maxPreemptions: fields.maxPreemptions.default(1000),
  tasksPerJob: fields.tasksPerJob.default(1),
});
export type JobShape = z.infer<typeof JobShape>;

/** Seconds before the limit at which Slurm warns. */
export const warnSecondsOf = ({ warnSeconds, minutes }: JobShape): number =>
  warnSeconds ?? Math.min(120, Math.floor(minutes * 15));

const Extra = z.record(Word, z.union([Word, z.literal(true)])).superRefine((extra, context) => {
  for (const name of Object.keys(extra)) {
    const managed = managedOption(name);
    if (managed !== null)
      context.addIssue({
        code: 'custom',
        path: [name],
        message: `another option (balpm sets --${managed.option}: ${managed.instead})`,
      });
  }
});

/** How a site's Slurm is used: one file a cluster. */
export const SlurmProfile = z.strictObject({
  partition: Word.nullable().default(null).describe('partition (--partition); null: the site’s default'),
  account: Word.nullable().default(null).describe('account that is charged (--account)'),
  qos: Word.nullable().default(null).describe('quality of service (--qos)'),
  constraint: Word.nullable().default(null).describe('features a node must have (--constraint)'),
  reservation: Word.nullable().default(null).describe('reservation (--reservation)'),
  gpuFlag: z
    .enum(['gres', 'gpus-per-node', 'none'])
    .default('gres')
    .describe('how GPUs are asked for: --gres=gpu:N, --gpus-per-node=N, or not at all'),
  gpuType: Word.nullable().default(null).describe('type of GPU in that option, as a100'),
  maxArraySize: count(2)
    .nullable()
    .default(null)
    .describe('MaxArraySize of the site (the largest index plus one); null: asked of Slurm'),
  maxConcurrent: count(1).nullable().default(null).describe('jobs of a campaign that run at the same time (array %N)'),
  maxQueued: count(1)
    .nullable()
    .default(null)
    .describe('jobs that one submission hands in, where a site limits them; the rest is for the next submission'),
  setup: z
    .array(Line)
    .default([])
    .describe('lines of shell before the command, as they are: modules, conda, a virtual environment'),
  environment: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable'))
    .default([])
    .describe('names of variables of the submitting shell that jobs see too'),
  scratch: Line.nullable()
    .default(null)
    .describe(
      'directory on the node for temporary files, as the shell reads it ("$SLURM_TMPDIR"); null: the site’s TMPDIR',
    ),
  command: z
    .array(Word)
    .min(1)
    .nullable()
    .default(null)
    .describe('how balpm is started on a node, word by word; null: this Node and this installation'),
  accounting: z.boolean().default(false).describe('whether sacct answers, which then tells why a job is gone'),
  settleSeconds: count(0, 86_400)
    .default(120)
    .describe(
      'seconds that the shared disk may take to show what a node wrote: until then a job that is gone is not lost',
    ),
  extra: Extra.default({}).describe('further sbatch options by their long names; true for those without a value'),
  job: JobShape.prefault({}).describe('what a job of cells or shards asks for'),
  merge: z.strictObject(fields).partial().default({}).describe('what differs from that for the job that merges shards'),
});
export type SlurmProfile = z.infer<typeof SlurmProfile>;
