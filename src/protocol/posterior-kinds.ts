import { z } from 'zod';
import { BayesianLinearKind } from './posterior/bayesian-linear.ts';
import { CrossBackboneKind } from './posterior/cross-backbone.ts';
import { DeepEnsembleKind } from './posterior/deep-ensemble.ts';
import { FineTunedKind } from './posterior/fine-tuned.ts';
import { LaplaceKind } from './posterior/laplace.ts';
import { LatentRewardKind } from './posterior/lru.ts';
import { DropoutKind } from './posterior/mc-dropout.ts';
import { VariationalKind } from './posterior/variational.ts';

/** What `posterior.fit` can be asked for, each with the options in its file of posterior/: the one place where a kind joins the wire. */
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
