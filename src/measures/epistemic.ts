import type { Measure } from './measure.ts';
import { predictiveEntropy } from './predictive.ts';

/** BALD, H(p̄) − mean H(p): what the label would tell about the posterior, between 0 and ln 2. */
export const epistemic = {
  name: 'epistemic',
  summary: 'disagreement of the posterior samples (BALD): predictive minus aleatoric',
  unit: 'nats',
  // Rounding alone can take the difference below zero.
  of: (statistics) =>
    predictiveEntropy(statistics).map((entropy, item) => Math.max(0, entropy - statistics.meanEntropy[item]!)),
} as const satisfies Measure;
