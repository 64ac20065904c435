import { z } from 'zod';
import { NoiseExponent } from '../../protocol/noise-models.ts';
import { defineNoise } from './noise.ts';

/** Exponents a round chooses among. */
const OFFERED = [0, 0.5, 1];

/** Far-apart answers are less decisive than their reward difference says. */
export const distance = defineNoise({
  summary: 'the logit is divided by a power of the distance of the two answers',
  options: {
    exponent: z
      .union([NoiseExponent, z.literal('auto')], { error: 'a number in [0, 2], or auto' })
      .default('auto')
      .describe(
        'distance: power γ of the distance a logit is divided by; auto: 0, ½ or 1, by validation or by cross-fitting where nothing validates',
      ),
    folds: z.int().min(2).max(20).default(5).describe('distance: parts the labels are cut into for cross-fitting'),
  },
  isPlain: false,
  allowsTieModel: true,
  needsDistances: true,
  isConvex: true,
  request: ({ exponent, folds }, { typicalDistance, chosen }) => ({
    type: 'distance',
    exponents: exponent !== 'auto' ? [exponent] : chosen === null ? OFFERED : [chosen],
    typical: typicalDistance,
    folds,
  }),
  choices: ({ exponent }) => (exponent === 'auto' ? OFFERED.length : 1),
});
