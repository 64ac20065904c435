import { z } from 'zod';
import { managedOption } from '../submission/managed-options.ts';
import { Line, Word } from '../submission/plain-word.ts';

const MOST_MINUTES = 60 * 24 * 365;
const count = (least: number, most = 1_000_000) => z.int().min(least).max(most);

const fields = {
  cpus: count(1, 4096).describe('processor cores per job (--cpus-per-task)'),
  gpus: count(0, 64).describe('GPUs per job'),
  memGb: z.number().positive().max(100_000).describe('memory per job in GiB (--mem)'),
  minutes: count(1, MOST_MINUTES).describe('time limit of a job in minutes (--time)'),
  warnSeconds: count(1, 65_535)
    .nullable()
    .describe('seconds before the limit at which Slurm warns; null: 120, or a quarter of the limit if that is less'),
  requeue: z.boolean().describe('whether a job may requeue itself'),
  maxRestarts: count(0).describe('restarts allowed for a unit after a kill or a lost node'),
  maxTimeouts: count(0).describe('restarts allowed for a unit after its time limit'),
  maxPreemptions: count(0).describe('restarts allowed for a unit after preemption'),
  tasksPerJob: count(1).describe(
    'units per job, which share warm workers; as many cells run at a time as the cores allow',
  ),
};

/** Resources per job, and how often it may restart. */
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

/** How a cluster's Slurm is used: one file per cluster. */
export const SlurmProfile = z.strictObject({
  partition: Word.nullable().default(null).describe('partition (--partition); null: the site’s default'),
  account: Word.nullable().default(null).describe('account that is charged (--account)'),
  qos: Word.nullable().default(null).describe('quality of service (--qos)'),
  constraint: Word.nullable().default(null).describe('features a node must have (--constraint)'),
  reservation: Word.nullable().default(null).describe('reservation (--reservation)'),
  gpuFlag: z
    .enum(['gres', 'gpus-per-node', 'none'])
    .default('gres')
    .describe('option that requests GPUs: --gres=gpu:N, --gpus-per-node=N, or none'),
  gpuType: Word.nullable().default(null).describe('type of GPU in that option, such as a100'),
  maxArraySize: count(2)
    .nullable()
    .default(null)
    .describe('MaxArraySize of the site (the largest index plus one); null: read from Slurm'),
  maxConcurrent: count(1)
    .nullable()
    .default(null)
    .describe('jobs of a campaign that may run at the same time (array %N)'),
  maxQueued: count(1)
    .nullable()
    .default(null)
    .describe('jobs per submission, if the site limits them; the next submission submits the rest'),
  setup: z
    .array(Line)
    .default([])
    .describe('shell lines before the command, verbatim: modules, conda, a virtual environment'),
  environment: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable'))
    .default([])
    .describe('names of variables of the submitting shell that are passed to jobs'),
  scratch: Line.nullable()
    .default(null)
    .describe(
      'directory on the node for temporary files, expanded by the shell ("$SLURM_TMPDIR"); null: the site’s TMPDIR',
    ),
  command: z
    .array(Word)
    .min(1)
    .nullable()
    .default(null)
    .describe('command that starts balpm on a node, one element per word; null: this Node and this installation'),
  accounting: z.boolean().default(false).describe('whether sacct works, which gives the reason for a lost job'),
  settleSeconds: count(0, 86_400)
    .default(120)
    .describe(
      'seconds that the shared disk may take to show what a node wrote; only after them is a missing job reported as lost',
    ),
  extra: Extra.default({}).describe('further sbatch options by their long names; true for an option without a value'),
  job: JobShape.prefault({}).describe('resources of a job of cells or shards'),
  merge: z
    .strictObject(fields)
    .partial()
    .default({})
    .describe('resources of the job that merges shards, where they differ'),
});
export type SlurmProfile = z.infer<typeof SlurmProfile>;
