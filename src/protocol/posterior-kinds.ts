import { z } from 'zod';

const Samples = z.int().min(1).max(256);

/**
 * A linear reward under a normal prior along the directions in which the pool's answers differ, at most `rank` of them;
 * power, noise exponent and variance of the prior are those under which the labels are most probable.
 */
export const BayesianLinearKind = z
  .strictObject({ type: z.literal('bayesian-linear'), samples: Samples.min(2), rank: z.int().min(1).max(8192) })
  .meta({ id: 'BayesianLinearKind' });

/** M heads that start and learn each on its own. */
export const DeepEnsembleKind = z
  .strictObject({
    type: z.literal('deep-ensemble'),
    members: z.int().min(1).max(256),
    initialisation: z.enum(['paper', 'reference']),
  })
  .meta({ id: 'DeepEnsembleKind' });

/** One head under S fixed dropout masks on the inputs of all but its first layer. */
export const DropoutKind = z
  .strictObject({ type: z.literal('mc-dropout'), rate: z.number().gt(0).lt(1), samples: Samples })
  .meta({ id: 'DropoutKind' });

/** One head, and normal fits to the rewards of labelled chosen and rejected responses. */
const LatentRewardKind = z.strictObject({ type: z.literal('lru') }).meta({ id: 'LatentRewardKind' });

/** One head with a mean and a log-variance of the reward; S samples of the reward. */
export const VariationalKind = z
  .strictObject({ type: z.literal('variational'), klWeight: z.number().min(0), samples: Samples })
  .meta({ id: 'VariationalKind' });

/** One head; then S samples of its last layer from the Laplace approximation under normal priors of that precision. */
export const LaplaceKind = z
  .strictObject({ type: z.literal('laplace'), priorPrecision: z.number().min(0), samples: Samples })
  .meta({ id: 'LaplaceKind' });

/** One head, member `member` of an ensemble whose members have a feature store each. */
const CrossBackboneKind = z
  .strictObject({ type: z.literal('cross-backbone'), member: z.int().min(0).max(255) })
  .meta({ id: 'CrossBackboneKind' });
/**
 * M adapters of one causal language model, each with a linear reward on the last hidden state. It reads the texts of the
 * `dataset` directory by the rows of its store; labels stay where they are.
 */
export const FineTunedKind = z
  .strictObject({
    type: z.literal('fine-tuned'),
    members: z.int().min(1).max(256),
    dataset: z.string().min(1),
    datasetHash: z.string().min(1),
    model: z.string().min(1),
    revision: z.string().min(1).nullable(),
    dtype: z.enum(['float32', 'float16', 'bfloat16']),
    responseTemplate: z.string().min(1),
    maxTokens: z.int().min(1).nullable(),
    rank: z.int().min(1).max(1024),
    alpha: z.number().gt(0),
    /** Names of the modules to adapt; null: every linear layer. */
    targetModules: z.array(z.string().min(1)).min(1).nullable(),
    /** Pairs that go through the model together while learning. */
    microBatch: z.int().min(1),
    /** Tokens that go through it together while scoring. */
    tokenBudget: z.int().min(1),
  })
  .meta({ id: 'FineTunedKind' });

/** What `posterior.fit` can be asked for, each with its own options: the one place where a kind joins the wire. */
export const PosteriorKind = z.discriminatedUnion('type', [
  BayesianLinearKind,
  DeepEnsembleKind,
  DropoutKind,
  LatentRewardKind,
  VariationalKind,
  LaplaceKind,
  CrossBackboneKind,
  FineTunedKind,
]);
export type PosteriorKind = z.infer<typeof PosteriorKind>;
