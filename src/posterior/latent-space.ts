import type { PosteriorConfig } from './config.ts';

/** Which posteriors have reward heads whose last hidden layer a policy can look into. */
export const HAS_LATENT_SPACE: Readonly<Record<PosteriorConfig['type'], boolean>> = {
  'deep-ensemble': true,
  external: false,
};
