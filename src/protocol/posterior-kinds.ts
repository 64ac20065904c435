import { z } from 'zod';

const Samples = z.int().min(1).max(256);

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
export const LatentRewardKind = z.strictObject({ type: z.literal('lru') }).meta({ id: 'LatentRewardKind' });

/** One head with a mean and a log-variance of the reward; S samples of the reward. */
export const VariationalKind = z
  .strictObject({ type: z.literal('variational'), klWeight: z.number().min(0), samples: Samples })
  .meta({ id: 'VariationalKind' });

/** What `posterior.fit` can be asked for, each with its own options: the one place where a kind joins the wire. */
export const PosteriorKind = z.discriminatedUnion('type', [
  DeepEnsembleKind,
  DropoutKind,
  LatentRewardKind,
  VariationalKind,
]);
export type PosteriorKind = z.infer<typeof PosteriorKind>;
