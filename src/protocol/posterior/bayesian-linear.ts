import { z } from 'zod';
import { Samples } from './samples.ts';

/**
 * A linear reward under a normal prior along the directions in which the pool's answers differ, at most `rank` of them;
 * power, noise exponent and variance of the prior are those under which the labels are most probable.
 */
export const BayesianLinearKind = z
  .strictObject({ type: z.literal('bayesian-linear'), samples: Samples.min(2), rank: z.int().min(1).max(8192) })
  .meta({ id: 'BayesianLinearKind' });
