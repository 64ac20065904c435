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

/** Every kind of posterior, in the order they are told: the one place where a kind is registered. */
const POSTERIORS = [
  bayesianLinear,
  deepEnsemble,
  mcDropout,
  lru,
  variational,
  laplace,
  crossBackbone,
  fineTuned,
  external,
] as const;

type Posterior = (typeof POSTERIORS)[number];

/** A value of `posterior.type`. */
export type PosteriorType = Posterior['type'];

/** Every value of `posterior.type`. */
export const POSTERIOR_TYPES = POSTERIORS.map(({ type }) => type) as [PosteriorType, ...PosteriorType[]];

/** The members of a union, all at once. */
type AllOf<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** The keys of `posterior` that the kinds add, each kind's under names of its own. */
export const POSTERIOR_OPTIONS = Object.assign({}, ...POSTERIORS.map(({ options }) => options)) as AllOf<
  Posterior['options']
>;

const BY_TYPE: ReadonlyMap<string, PosteriorDefinition> = new Map(POSTERIORS.map((kind) => [kind.type, kind]));

/** The kind of that type; what it is asked with is the whole `posterior` block. */
export const posteriorOf = (type: PosteriorType): PosteriorDefinition => BY_TYPE.get(type) as PosteriorDefinition;
