/** Probabilities are kept this far from 0 and 1 in estimates by control: no log-likelihood is below ln 0.05 = −2.996 nats. */
const LEAST = 0.05;

/** A probability clipped to [0.05, 0.95]. */
export const clipProbability = (probability: number): number => Math.min(1 - LEAST, Math.max(LEAST, probability));
