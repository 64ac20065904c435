/**
 * Variance (population, ddof 0) over posterior samples of the difference of rewards r(a) − r(b) of each of N pairs;
 * `logits` are those differences, row-major, samples × N. What a sample adds to both answers of a pair, such as an
 * offset of its prompt, is not in it; and it is bit for bit the same when every difference changes sign.
 */
export function differenceVariance(logits: Float32Array, samples: number): Float64Array {
  const size = logits.length / samples;
  const variances = new Float64Array(size);
  for (let item = 0; item < size; item++) {
    let sum = 0;
    for (let sample = 0; sample < samples; sample++) sum += logits[sample * size + item]!;
    const mean = sum / samples;
    let squares = 0;
    for (let sample = 0; sample < samples; sample++) squares += (logits[sample * size + item]! - mean) ** 2;
    variances[item] = squares / samples;
  }
  return variances;
}
