import { bayesianLinear } from './kinds/bayesian-linear.ts';
import { crossBackbone } from './kinds/cross-backbone.ts';
import { deepEnsemble } from './kinds/deep-ensemble.ts';
import { external } from './kinds/external.ts';
import { fineTuned } from './kinds/fine-tuned.ts';
import { laplace } from './kinds/laplace.ts';
import { lru } from './kinds/lru.ts';
import { mcDropout } from './kinds/mc-dropout.ts';
import { variational } from './kinds/variational.ts';
import type { PosteriorDefinition } from './posterior.ts';

/** Every kind of posterior by `posterior.type`: the one place where a kind is registered. */
const POSTERIORS = {
  'bayesian-linear': bayesianLinear,
  'deep-ensemble': deepEnsemble,
  'mc-dropout': mcDropout,
  lru,
  variational,
  laplace,
  'cross-backbone': crossBackbone,
  'fine-tuned': fineTuned,
  external,
} as const;

/** A value of `posterior.type`. */
export type PosteriorType = keyof typeof POSTERIORS;

/** Every value of `posterior.type`. */
export const POSTERIOR_TYPES = Object.keys(POSTERIORS) as [PosteriorType, ...PosteriorType[]];

/** The keys of `posterior` that the kinds add, each kind's under names of its own. */
export const POSTERIOR_OPTIONS = {
  ...bayesianLinear.options,
  ...deepEnsemble.options,
  ...mcDropout.options,
  ...lru.options,
  ...variational.options,
  ...laplace.options,
  ...crossBackbone.options,
  ...fineTuned.options,
  ...external.options,
};

/** The kind of that type; what it is asked with is the whole `posterior` block. */
export const posteriorOf = (type: PosteriorType): PosteriorDefinition => POSTERIORS[type];
