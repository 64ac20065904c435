import { definePosterior } from '../posterior.ts';

/** One head and latent reward uncertainty; a single sample disagrees with nobody, so epistemic and variance say nothing. */
export const lru = definePosterior({
  summary: 'one head, and how unusual its rewards are among those of labelled responses',
  options: {},
  measures: ['predictive', 'aleatoric', 'lru'],
  hasLatentSpace: true,
  noiseChosenBy: 'validation',
  hasTieModel: true,
  defaultNoise: 'constant',
  learnsFrom: { validation: true, pool: false },
  costGrowsWith: 'steps',
  needsConvexLoss: false,
  learnsInSteps: true,
  request: () => ({ type: 'lru' }),
  heads: () => 1,
});
