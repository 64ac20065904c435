import type { Measure } from './measure.ts';

/** mean H(p): the doubt that every posterior sample shares, between 0 and ln 2. */
export const aleatoric = {
  name: 'aleatoric',
  summary: 'mean entropy of the samples’ predictions',
  unit: 'nats',
  of: (statistics) => statistics.meanEntropy.slice(),
} as const satisfies Measure;
