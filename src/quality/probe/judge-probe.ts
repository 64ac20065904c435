import type { ProbeMeasure } from './measure-probe.ts';

/** Whether features carry the preference. */
export type ProbeVerdict = 'yes' | 'no' | 'undecided';

/** Log-likelihood and accuracy of a coin. */
export const CHANCE = { logLikelihood: -Math.LN2, accuracy: 0.5 } as const;

/** A gain over chance that is worth little, nats and share: a shift ε of the probability gains 2ε² nats. */
const WORTHLESS = { logLikelihood: 0.005, accuracy: 0.05 } as const;

/**
 * Judges by pairs the head never saw. Yes: the interval of the log-likelihood lies above chance. No: neither it nor the
 * interval of the accuracy leaves room for a gain of 0.005 nats or 0.05 over chance. Otherwise undecided.
 */
export function judgeProbe({
  logLikelihood,
  accuracy,
}: Pick<ProbeMeasure, 'logLikelihood' | 'accuracy'>): ProbeVerdict {
  if (logLikelihood.low !== null && logLikelihood.low > CHANCE.logLikelihood) return 'yes';
  const isWorthless =
    (logLikelihood.high ?? 0) < CHANCE.logLikelihood + WORTHLESS.logLikelihood &&
    (accuracy.high ?? 1) < CHANCE.accuracy + WORTHLESS.accuracy;
  return isWorthless ? 'no' : 'undecided';
}
