import { constant } from './constant.ts';
import { distance } from './distance.ts';
import { lapse } from './lapse.ts';
import type { NoiseDefinition } from './noise.ts';

/** Every noise model by `posterior.noise.type`: the one place where a model is registered. */
const NOISE_MODELS = { constant, distance, lapse } as const;

/** A value of `posterior.noise.type`. */
export type NoiseType = keyof typeof NOISE_MODELS;

/** Every value of `posterior.noise.type`. */
export const NOISE_TYPES = Object.keys(NOISE_MODELS) as [NoiseType, ...NoiseType[]];

/** The keys of `posterior.noise` that the models add, each model's under names of its own. */
export const NOISE_OPTIONS = { ...constant.options, ...distance.options, ...lapse.options };

/** The model of that type; what it is asked with is the whole `posterior.noise` block. */
export const noiseOf = (type: NoiseType): NoiseDefinition => NOISE_MODELS[type];

/** The types of the models of which that is so, in their order. */
export const noiseTypesThat = (is: (model: NoiseDefinition) => boolean): NoiseType[] =>
  NOISE_TYPES.filter((type) => is(noiseOf(type)));
