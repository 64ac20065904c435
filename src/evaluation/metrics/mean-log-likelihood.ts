import type { Labels } from '../../data/labels.ts';

/**
 * Weighted mean over items of p·ln p̄(a) + (1 − p)·ln p̄(b), nats, p the label's probability that a is preferred and p̄ the
 * mean over samples of σ(±logit); a log-mean-exp of log-sigmoids, so that a confident miss costs its true amount and never
 * infinity. Of a hard label one term is there: ln p̄ of the side that is preferred. Layout as in measureSplit().
 */
export function meanLogLikelihood(logits: Float32Array, samples: number, { probabilities, weights }: Labels): number {
  const items = probabilities.length;
  const logs = new Float64Array(samples);
  const logOfMean = (item: number, sign: 1 | -1): number => {
    for (let sample = 0; sample < samples; sample++) {
      logs[sample] = logSigmoid(sign * (logits[sample * items + item] as number));
    }
    return logMeanExp(logs);
  };
  let [sum, total] = [0, 0];
  for (let item = 0; item < items; item++) {
    const [p, weight] = [probabilities[item] as number, weights[item] as number];
    // A term that weighs nothing is not computed: a hard label costs one.
    const terms = (p > 0 ? p * logOfMean(item, 1) : 0) + (p < 1 ? (1 - p) * logOfMean(item, -1) : 0);
    sum += weight * terms;
    total += weight;
  }
  return sum / total;
}

const logSigmoid = (logit: number): number => Math.min(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)));

function logMeanExp(logs: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of logs) largest = Math.max(largest, value);
  let sum = 0;
  for (const value of logs) sum += Math.exp(value - largest);
  return largest + Math.log(sum / logs.length);
}
