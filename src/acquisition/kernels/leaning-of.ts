/** The first logit of a pair that is not 0, by sample (logits row-major S × pairs); 0 when all are. */
export function leaningOf(logits: Float32Array, pair: number, samples: number): number {
  const pairs = logits.length / samples;
  for (let sample = 0; sample < samples; sample++) {
    const logit = logits[sample * pairs + pair]!;
    if (logit !== 0) return logit;
  }
  return 0;
}
