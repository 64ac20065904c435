import { z } from 'zod';

/** Option of every policy that ranks by a measure: which one; epistemic uncertainty when left out. */
export const measureOption = z
  .templateLiteral(
    [
      z.union([
        z.enum(['epistemic', 'predictive', 'aleatoric', 'variance', 'lru']),
        z.templateLiteral(['external:', z.string().min(1)]),
      ]),
    ],
    'epistemic, predictive, aleatoric, variance, lru or external:COLUMN',
  )
  .default('epistemic')
  .describe('measure to rank by: epistemic, predictive, aleatoric, variance, lru or external:COLUMN');
