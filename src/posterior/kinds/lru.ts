import { fitAs } from '../fit-as.ts';
import { definePosterior } from '../posterior.ts';
import { TRAINED_IN_STEPS } from '../trained-in-steps.ts';

/** One head and latent reward uncertainty; a single sample disagrees with nobody, so epistemic and variance say nothing. */
export const lru = definePosterior({
  type: 'lru',
  summary: 'one head, and how unusual its rewards are among those of labelled responses',
  options: {},
  measures: ['predictive', 'aleatoric', 'lru'],
  hasLatentSpace: true,
  ...TRAINED_IN_STEPS,
  fit: fitAs(() => ({ type: 'lru' })),
  heads: () => 1,
});
