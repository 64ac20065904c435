import { z } from 'zod';
import { OWN_MEASURE_NAMES, SAMPLE_MEASURES } from '../measures/index.ts';

const NAMES = [...SAMPLE_MEASURES, ...OWN_MEASURE_NAMES];
const WORDS = `${NAMES.join(', ')} or external:COLUMN`;

/** Option of every policy that ranks by a measure: which one; epistemic uncertainty when left out. */
export const measureOption = z
  .templateLiteral([z.union([z.enum(NAMES), z.templateLiteral(['external:', z.string().min(1)])])], WORDS)
  .default('epistemic')
  .describe(`measure to rank by: ${WORDS}`);
