import type { OwnMeasure } from './measure.ts';

/** Latent reward uncertainty: how far in the tails of the rewards of labelled responses the two rewards of a pair lie. */
export const lru = {
  name: 'lru',
  summary: 'how unusual the rewards of the two responses are among those of labelled ones',
} as const satisfies OwnMeasure;
