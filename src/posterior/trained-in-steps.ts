import type { PosteriorDefinition } from './posterior.ts';

type Traits =
  | 'fittedOn'
  | 'labels'
  | 'noiseChosenBy'
  | 'hasTieModel'
  | 'defaultNoise'
  | 'learnsFrom'
  | 'costGrowsWith'
  | 'needsConvexLoss'
  | 'learnsInSteps';

/** What kinds have in common whose heads learn by optimiser steps with early stopping; a kind may differ in one of them. */
export const TRAINED_IN_STEPS = {
  fittedOn: 'data.store',
  labels: 'any',
  noiseChosenBy: 'validation',
  hasTieModel: true,
  defaultNoise: 'constant',
  learnsFrom: { validation: true, pool: false },
  costGrowsWith: 'steps',
  needsConvexLoss: false,
  learnsInSteps: true,
} as const satisfies Pick<PosteriorDefinition, Traits>;
