import type { ExperimentConfig } from '../../config/experiment.ts';
import { posteriorOf } from '../../posterior/index.ts';
import { noiseOf } from '../../posterior/noise/index.ts';
import { noiseTypeOf } from '../../posterior/noise/noise-type-of.ts';
import { isChoosingRound } from './choosing-rounds.ts';

/**
 * How often round `round` trains, in trainings on all of its labels: more than once where the exponent of a noise model is
 * chosen, or where cross-fitting says when to stop (each of K parts leaves (K − 1)/K of the labels to train on).
 */
export function trainingsOfRound({ posterior, validation }: ExperimentConfig, round: number): number {
  const choices = noiseOf(noiseTypeOf(posterior)).choices(posterior.noise);
  const byValidation = posteriorOf(posterior.type).noiseChosenBy === 'validation';
  const tried = byValidation && isChoosingRound(round) ? choices : 1;
  if (validation.folds !== null) return tried * (validation.folds - 1) + 1;
  if (tried === 1 || validation.split !== null) return tried;
  return tried * (posterior.noise.folds - 1) + 1;
}
