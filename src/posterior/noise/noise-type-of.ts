import { type PosteriorType, posteriorOf } from '../index.ts';
import type { NoiseType } from './index.ts';

/** What of `posterior` says which noise model is assumed. */
interface NoiseChoice {
  readonly type: PosteriorType;
  readonly noise: { readonly type: NoiseType | 'auto' };
}

/** The noise model of a posterior, `auto` resolved by its kind. */
export const noiseTypeOf = ({ type, noise }: NoiseChoice): NoiseType =>
  noise.type === 'auto' ? posteriorOf(type).defaultNoise : noise.type;
