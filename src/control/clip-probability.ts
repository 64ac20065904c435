/** Probabilities are kept this far from 0 and 1 in estimates by control, so that every log-likelihood is above −13.9 nats. */
const LEAST = 0.05;

/** A probability clipped to [10⁻⁶, 1 − 10⁻⁶]. */
export const clipProbability = (probability: number): number => Math.min(1 - LEAST, Math.max(LEAST, probability));
