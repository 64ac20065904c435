import { z } from 'zod';

/** Exponents of a distance noise model: 0 is constant noise, 1 makes all pairs equally decisive. */
export const NoiseExponent = z.number().min(0).max(2);

/** Every pair of answers is as decisive as its reward difference says. */
const ConstantNoise = z.strictObject({ type: z.literal('constant') }).meta({ id: 'ConstantNoise' });

/**
 * The logit of a pair is s·(r_a − r_b), s = (t / max(d, t/10))^γ, d the distance of its answers' features and t the
 * typical one. One exponent is taken as it is; of several the fit chooses by the log-likelihood of the validation pairs,
 * or by cross-fitting over so many folds of the labelled ones where there are none.
 */
const DistanceNoise = z
  .strictObject({
    type: z.literal('distance'),
    exponents: z.array(NoiseExponent).min(1).max(64),
    typical: z.number().gt(0),
    folds: z.int().min(2).max(20),
  })
  .meta({ id: 'DistanceNoise' });

/** A share ε of labels is drawn by a coin: p = ε/2 + (1 − ε)·σ(r_a − r_b), and a prediction is the logit of that p. */
export const LapseNoise = z
  .strictObject({ type: z.literal('lapse'), rate: z.number().gt(0).lt(1) })
  .meta({ id: 'LapseNoise' });

/** What `posterior.fit` can assume of the noise of labels: the one place where a noise model joins the wire. */
export const NoiseModel = z.discriminatedUnion('type', [ConstantNoise, DistanceNoise, LapseNoise]);
export type NoiseModel = z.infer<typeof NoiseModel>;

/** The exponent a fit chose, and the mean loss (nats) of each it was offered; one that was fixed has none. */
export const NoiseReport = z
  .strictObject({ exponent: NoiseExponent, losses: z.array(z.number()) })
  .meta({ id: 'NoiseReport' });
export type NoiseReport = z.infer<typeof NoiseReport>;
