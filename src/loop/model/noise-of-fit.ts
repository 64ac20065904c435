import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { PosteriorConfig } from '../../posterior/config.ts';
import { posteriorOf } from '../../posterior/index.ts';
import { noiseOf } from '../../posterior/noise/index.ts';
import { noiseTypeOf } from '../../posterior/noise/noise-type-of.ts';
import type { NoiseModel } from '../../protocol/noise-models.ts';
import type { StoreRef } from '../../protocol/shapes.ts';
import type { RunState } from '../state.ts';
import { isChoosingRound } from './choosing-rounds.ts';

/** The fit of one round on one of the stores of a posterior. */
export interface NoisePlace {
  readonly round: number;
  readonly state: RunState;
  readonly store: StoreRef;
  /** Which of the stores the posterior is fitted on that is. */
  readonly member: number;
  /** Distances of the pool's pairs of answers in that store, N. */
  readonly distances: () => Promise<Float64Array>;
}

/**
 * What a fit assumes of the noise of labels; what an earlier round chose is kept until the next round that chooses.
 * @throws BalpmError (data) when a model by distance meets a pool whose answers do not differ in their features.
 */
export async function noiseOfFit(config: PosteriorConfig, place: NoisePlace): Promise<NoiseModel> {
  const definition = noiseOf(noiseTypeOf(config));
  if (!definition.needsDistances) return definition.request(config.noise, { typicalDistance: 0, chosen: null });
  const typicalDistance = mean(await place.distances());
  if (!(typicalDistance > 0)) {
    throw dataError(
      `Cannot judge noise by distance in feature store ${quotePath(place.store.path)}: the two answers of every pair in the pool have equal features; extract features that tell answers apart`,
    );
  }
  return definition.request(config.noise, { typicalDistance, chosen: chosenBefore(config, place) });
}

function chosenBefore({ type }: PosteriorConfig, { round, state, member }: NoisePlace): number | null {
  if (posteriorOf(type).noiseChosenBy === 'fit' || isChoosingRound(round)) return null;
  return state.noise?.[member]?.exponent ?? null;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
