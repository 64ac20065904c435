/** What the posterior samples say about each of N pairs; every measure is a function of these (float64, N each). */
export interface SampleStatistics {
  /** Mean probability that a is preferred, and that b is: kept apart so that neither is lost next to 1. */
  readonly meanA: Float64Array;
  readonly meanB: Float64Array;
  /** Mean over samples of the entropy of one sample's prediction, nats. */
  readonly meanEntropy: Float64Array;
  /** Variance over samples of the probability (population, ddof 0). */
  readonly variance: Float64Array;
}

/**
 * Reads every logit r(a) − r(b) once; `logits` is row-major, samples × N. With t = exp(−|z|) the minority probability
 * is t / (1 + t) and the entropy ln(1 + t) + |z| · t / (1 + t): no difference of near-equal numbers, no ln 0, and
 * bit for bit the same when every logit changes sign.
 */
export function sampleStatistics(logits: Float32Array, samples: number): SampleStatistics {
  const size = logits.length / samples;
  const statistics = emptyStatistics(size);
  const leans = new Float64Array(samples);
  for (let item = 0; item < size; item++) readItem(logits, item, leans, statistics);
  return statistics;
}

function emptyStatistics(size: number): SampleStatistics {
  return {
    meanA: new Float64Array(size),
    meanB: new Float64Array(size),
    meanEntropy: new Float64Array(size),
    variance: new Float64Array(size),
  };
}

function readItem(logits: Float32Array, item: number, leans: Float64Array, into: SampleStatistics): void {
  const samples = leans.length;
  const size = into.meanA.length;
  let sumA = 0;
  let sumB = 0;
  let sumEntropy = 0;
  for (let sample = 0; sample < samples; sample++) {
    const logit = logits[sample * size + item]!;
    const tail = Math.exp(-Math.abs(logit));
    const minority = tail / (1 + tail);
    const majority = 1 / (1 + tail);
    const a = logit > 0 ? majority : minority;
    const b = logit > 0 ? minority : majority;
    sumA += a;
    sumB += b;
    sumEntropy += Math.log1p(tail) + Math.abs(logit) * minority;
    leans[sample] = (a - b) / 2;
  }
  into.meanA[item] = sumA / samples;
  into.meanB[item] = sumB / samples;
  into.meanEntropy[item] = sumEntropy / samples;
  into.variance[item] = meanSquaredDeviation(leans);
}

// Of p − ½ rather than p: the same variance, and exactly even in the sign of the logits.
function meanSquaredDeviation(leans: Float64Array): number {
  let sum = 0;
  for (let sample = 0; sample < leans.length; sample++) sum += leans[sample]!;
  const mean = sum / leans.length;
  let squares = 0;
  for (let sample = 0; sample < leans.length; sample++) squares += (leans[sample]! - mean) ** 2;
  return squares / leans.length;
}
