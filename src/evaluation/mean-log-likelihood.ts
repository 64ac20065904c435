/**
 * Mean over items of ln p̄(preferred), p̄ the mean over samples of σ(±logit), nats; a log-mean-exp of log-sigmoids, so that
 * a confident miss costs its true amount and never infinity. Layout as in measureSplit().
 */
export function meanLogLikelihood(logits: Float32Array, samples: number, labels: Int8Array): number {
  const logs = new Float64Array(samples);
  let sum = 0;
  for (let item = 0; item < labels.length; item++) {
    const sign = labels[item] === 1 ? 1 : -1;
    for (let sample = 0; sample < samples; sample++) {
      logs[sample] = logSigmoid(sign * (logits[sample * labels.length + item] as number));
    }
    sum += logMeanExp(logs);
  }
  return sum / labels.length;
}

const logSigmoid = (logit: number): number => Math.min(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)));

function logMeanExp(logs: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of logs) largest = Math.max(largest, value);
  let sum = 0;
  for (const value of logs) sum += Math.exp(value - largest);
  return largest + Math.log(sum / logs.length);
}
