import { z } from 'zod';

const Finite = z.number();

/**
 * One equal-mass calibration bin: mean predicted probability of the labelled answer side a, share of a (of soft labels the
 * mean of their probabilities), number of items; the sum of their weights where one is not 1.
 */
export const CalibrationBin = z.strictObject({
  confidence: Finite,
  frequency: Finite,
  count: z.int().min(0),
  weight: Finite.exactOptional(),
});
export type CalibrationBin = z.infer<typeof CalibrationBin>;

const MeasureCorrelations = z.strictObject({
  epistemic: Finite.nullable(),
  predictive: Finite.nullable(),
  aleatoric: Finite.nullable(),
  variance: Finite.nullable(),
});

/**
 * Spearman's rank correlation over items of each measure with what went wrong: the squared error of p̄ (`brier`) and
 * whether the prediction missed (`error`). Null where one side is constant.
 */
export const ErrorCorrelations = z.strictObject({ brier: MeasureCorrelations, error: MeasureCorrelations });
export type ErrorCorrelations = z.infer<typeof ErrorCorrelations>;

/**
 * Metrics of one split in one round (docs/explanation/evaluation.md). Log-likelihood in nats per pair (higher is better),
 * accuracy, Brier and ECE in [0, 1], measures as means over items in nats (variance: of probabilities). Of the accuracy
 * a tie, p̄ = ½, is one half; `ties` counts them and is absent where there is none. `labelEntropy`, the mean entropy of
 * labels, is absent where all are hard: −labelEntropy is the largest log-likelihood there can be. `spearman` is absent, not null, in
 * events that were written before it was measured, so that their digest stays what it was.
 */
export const SplitMetrics = z.strictObject({
  count: z.int().min(0),
  logLikelihood: Finite,
  accuracy: Finite,
  ties: z.int().min(1).optional(),
  labelEntropy: Finite.exactOptional(),
  brier: Finite,
  ece: Finite,
  epistemic: Finite,
  predictive: Finite,
  aleatoric: Finite,
  variance: Finite,
  spearman: ErrorCorrelations.optional(),
  calibration: z.array(CalibrationBin),
});
export type SplitMetrics = z.infer<typeof SplitMetrics>;

/** The measures a split is told of, by their means and by what they say of errors. */
export const SPLIT_MEASURES = ['epistemic', 'predictive', 'aleatoric', 'variance'] as const;
export type SplitMeasure = (typeof SPLIT_MEASURES)[number];

/** The scalar metrics a learning curve can be drawn of. */
export const CURVE_METRICS = ['logLikelihood', 'accuracy', 'brier', 'ece'] as const;
export type CurveMetric = (typeof CURVE_METRICS)[number];
