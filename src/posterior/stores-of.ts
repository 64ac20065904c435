import { type PosteriorType, posteriorOf } from './index.ts';

/** Of the main store and those of `data.stores` (or a number of each), the ones a posterior of that type is fitted on. */
export const storesOf = <Store>(type: PosteriorType, main: Store, members: readonly Store[]): readonly Store[] =>
  posteriorOf(type).fittedOn === 'data.stores' ? members : [main];
