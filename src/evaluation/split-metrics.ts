import { z } from 'zod';

const Finite = z.number();

/** One equal-mass calibration bin: mean predicted probability of the labelled answer side a, share of a, number of items. */
export const CalibrationBin = z.strictObject({ confidence: Finite, frequency: Finite, count: z.int().min(0) });
export type CalibrationBin = z.infer<typeof CalibrationBin>;

/**
 * Metrics of one split in one round (method.md section 7). Log-likelihood in nats per pair (higher is better),
 * accuracy, Brier and ECE in [0, 1], measures as means over items in nats (variance: of probabilities).
 */
export const SplitMetrics = z.strictObject({
  count: z.int().min(0),
  logLikelihood: Finite,
  accuracy: Finite,
  brier: Finite,
  ece: Finite,
  epistemic: Finite,
  predictive: Finite,
  aleatoric: Finite,
  variance: Finite,
  calibration: z.array(CalibrationBin),
});
export type SplitMetrics = z.infer<typeof SplitMetrics>;

/** The scalar metrics a learning curve can be drawn of. */
export const CURVE_METRICS = ['logLikelihood', 'accuracy', 'brier', 'ece'] as const;
export type CurveMetric = (typeof CURVE_METRICS)[number];
