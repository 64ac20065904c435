import { z } from 'zod';
import { POLICIES } from '../acquisition/index.ts';
import { LONGEST_SECONDS } from '../base/after.ts';
import { PathText } from '../base/files/path-text.ts';
import { OracleConfig } from '../oracle/config.ts';
import { PosteriorConfig } from '../posterior/config.ts';
import { DEFAULT_METHOD } from '../posterior/default-method.ts';
import { POSTERIOR_TYPES, posteriorOf } from '../posterior/index.ts';
import { SyntheticWorld } from '../synthetic/index.ts';
import { isListenAddress } from '../worker/links/remote/listen-address.ts';
import { MOST_THREADS } from '../worker/most-threads.ts';

const Name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, 'letters, digits, dot, dash and underscore (at most 80)');
const Path = PathText;
const MOST_ROUNDS = 1_000_000;

const Columns = z
  .array(Path)
  .default([])
  .describe('JSON Lines files of numbers by item id, which policies may rank by as external:COLUMN');

/** Kinds of posterior that are fitted on several stores. */
const ON_SEVERAL = POSTERIOR_TYPES.filter((type) => posteriorOf(type).fittedOn === 'data.stores');

const DataConfig = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('directory').describe('data on disk (the default when data.type is left out)'),
    dataset: Path.describe('dataset directory, made by `balpm data import`'),
    store: Path.describe('feature store of that dataset, made by `balpm features extract`'),
    stores: z
      .array(Path)
      .min(2)
      .max(256)
      .nullable()
      .default(null)
      .describe(
        `${ON_SEVERAL.join(', ')}: feature stores of that dataset, one a member; neighbours are those of data.store`,
      ),
    columns: Columns,
  }),
  z.strictObject({
    type: z.literal('synthetic').describe('a world made from its parameters'),
    world: SyntheticWorld.describe('parameters of the synthetic world; made on first use'),
    columns: Columns,
  }),
]);

const SplitsConfig = z.strictObject({
  pool: Name.default('train').describe('split the batches are chosen from'),
  poolSize: z.int().min(1).nullable().default(null).describe('items kept of the pool, drawn by seed; null keeps all'),
  evaluate: z
    .array(Name)
    .nullable()
    .default(null)
    .describe(
      'splits measured every round; null: every labelled split but the pool; `pool` and `labelled` may be named',
    ),
});

const ValidationConfig = z.strictObject({
  split: Name.nullable()
    .default('validation')
    .describe(
      'split for early stopping; null trains every epoch; of the pool’s own split `size` items are drawn apart and charged',
    ),
  size: z.int().min(1).nullable().default(null).describe('items used of it, drawn by seed; null uses all'),
  folds: z
    .int()
    .min(2)
    .max(20)
    .nullable()
    .default(null)
    .describe(
      'parts of the acquired labels held out in turn to find when training stops, with or without a split; null: the split alone decides',
    ),
  charged: z.boolean().default(true).describe('whether its labels count towards the budget'),
});

const policyNames = POLICIES.map((policy) => policy.name) as [string, ...string[]];
const policyOptions = Object.fromEntries(
  POLICIES.map((policy) => [policy.name, policy.options.prefault({}).describe(`options of ${policy.name}`)]),
);

/** `acquisition`: what every policy shares, and one block of options for each policy under its name. */
const AcquisitionConfig = z.strictObject({
  policy: z.enum(policyNames).default(DEFAULT_METHOD.policy).describe('the rule that picks the batch'),
  name: Name.nullable().default(null).describe('name in reports and in the random stream; null: the policy’s name'),
  initial: z
    .union([z.int().min(1), z.literal('all')], { error: 'a whole number of at least 1, or all' })
    .default(320)
    .describe('labels drawn at random before the first round; all: the whole pool, as an upper bound'),
  batch: z.int().min(1).default(320).describe('labels acquired after every round but the last'),
  control: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe('share of every batch drawn at random, to estimate what the policy’s picks are worth; 0 draws none'),
  groups: Path.nullable().default(null).describe('JSON Lines file of the group of each item; null groups by prompt'),
  ...policyOptions,
});

const LabelsConfig = z.strictObject({
  ties: z
    .enum(['drop', 'half', 'davidson'])
    .default('half')
    .describe(
      'labels of exactly ½: drop leaves them out of training and metrics, half learns ½, davidson has a probability of ties',
    ),
  weighting: z
    .enum(['none', 'lure'])
    .default('none')
    .describe(
      'weight of a label in the loss; lure: by how likely its item was to be picked, so that the loss is the pool’s',
    ),
});

const Listen = z.string().refine(isListenAddress, 'HOST or HOST:PORT of one interface, not of all');

const WorkerConfig = z.strictObject({
  python: Path.nullable()
    .default(null)
    .describe('Python interpreter; null: BALPM_PYTHON, then the environment of balpm setup, then python3'),
  device: z.string().min(1).default('auto').describe('cpu, cuda, cuda:1 or auto'),
  threads: z
    .int()
    .min(1)
    .max(MOST_THREADS)
    .default(1)
    .describe('CPU threads of the worker; part of what makes a run bit-reproducible'),
  listen: Listen.nullable()
    .default(null)
    .describe('HOST or HOST:PORT to wait at for a worker of another host; null starts one here'),
  connectionFile: Path.nullable()
    .default(null)
    .describe('file that worker is started with; null: worker/connection.json in the run directory'),
  rendezvous: Path.nullable()
    .default(null)
    .describe(
      'directory (mode 0700) where run and workers meet by public keys, instead of a connection file; needs listen',
    ),
  startTimeoutSeconds: z
    .number()
    .min(1)
    .max(LONGEST_SECONDS)
    .default(1800)
    .describe('time allowed until the worker is ready'),
});

const OutputConfig = z.strictObject({
  dir: Path.default('runs').describe('directory the run directory is made in'),
});

const SweepValues = z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).min(1);

/** One experiment, fully described. Paths are relative to the working directory. */
export const ExperimentConfig = z
  .strictObject({
    name: Name.default('experiment').describe('first part of the run id'),
    seed: z.int().min(0).default(9).describe('run seed; equal seeds pair runs of different policies'),
    rounds: z
      .int()
      .min(1)
      .max(MOST_ROUNDS)
      .default(75)
      .describe('rounds of training and measuring; the last one acquires nothing'),
    data: DataConfig,
    splits: SplitsConfig.prefault({}),
    validation: ValidationConfig.prefault({}),
    acquisition: AcquisitionConfig.prefault({}),
    posterior: PosteriorConfig.prefault({}),
    labels: LabelsConfig.prefault({}),
    oracle: OracleConfig.prefault({ type: 'dataset' }),
    worker: WorkerConfig.prefault({}),
    output: OutputConfig.prefault({}),
    sweep: z
      .record(z.string(), z.union([SweepValues, z.string()]))
      .default({})
      .describe('keys and their values for `balpm sweep`: a list, or text like 1..5'),
  })
  .superRefine(({ data, posterior: { type } }, context) => {
    if (posteriorOf(type).fittedOn !== 'data.stores' || memberStorePaths(data) !== null) return;
    const message = `a list of at least two feature stores (because posterior.type is ${type})`;
    context.addIssue({ code: 'custom', path: ['data', 'stores'], message });
  })
  .refine(({ validation, posterior }) => validation.folds === null || posteriorOf(posterior.type).learnsInSteps, {
    path: ['validation', 'folds'],
    message: 'null (because posterior.type decides itself how long it learns)',
  })
  .refine(({ acquisition: { control, batch } }) => control === 0 || batch > 1, {
    path: ['acquisition', 'control'],
    message: '0, or acquisition.batch of at least 2 (because half of a batch at most is drawn at random)',
  })
  .refine(({ worker }) => worker.rendezvous === null || worker.listen !== null, {
    path: ['worker', 'listen'],
    message: 'HOST or HOST:PORT (because worker.rendezvous is given)',
  })
  .refine(({ worker }) => worker.rendezvous === null || worker.connectionFile === null, {
    path: ['worker', 'connectionFile'],
    message: 'null (because worker.rendezvous takes the place of a connection file)',
  });
export type ExperimentConfig = z.infer<typeof ExperimentConfig>;

/** The feature stores of `data.stores`, in the order of the members; null where none are named. */
export const memberStorePaths = (data: z.infer<typeof DataConfig>): readonly string[] | null =>
  data.type === 'directory' ? data.stores : null;
