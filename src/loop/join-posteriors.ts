import type { Logits, RoundPosterior } from './round-model.ts';

/** Several posteriors as one whose samples are all of theirs, in order; a single one stays what it is. */
export function joinPosteriors(parts: readonly RoundPosterior[]): RoundPosterior {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return {
    members: parts.flatMap(({ members }) => members),
    predict: async (pairs) => {
      const told: Logits[] = [];
      for (const part of parts) told.push(await part.predict(pairs)); // one store after the other, as they may not all fit
      return joinLogits(told);
    },
  };
}

function joinLogits(told: readonly Logits[]): Logits {
  const values = new Float32Array(told.reduce((length, logits) => length + logits.values.length, 0));
  let begin = 0;
  for (const logits of told) {
    values.set(logits.values, begin);
    begin += logits.values.length;
  }
  return { samples: told.reduce((sum, { samples }) => sum + samples, 0), values };
}
