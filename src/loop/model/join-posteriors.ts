import type { Prediction, RoundPosterior } from './round-model.ts';

/** Several posteriors as one whose samples are all of theirs, in order; a single one stays what it is. */
export function joinPosteriors(parts: readonly RoundPosterior[]): RoundPosterior {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return {
    ask: (question) => (parts[0] as RoundPosterior).ask(question), // no policy asks: there is no one latent space
    members: parts.flatMap(({ members }) => members),
    noise: parts.flatMap(({ noise }) => noise),
    covariateShare: null, // rewards on several stores see no form
    predict: async (pairs) => {
      const told: Prediction[] = [];
      for (const part of parts) told.push(await part.predict(pairs)); // one store after the other, as they may not all fit
      return joinPredictions(told);
    },
  };
}

/** Measures beside the samples are a single posterior's own: they do not add up. */
function joinPredictions(told: readonly Prediction[]): Prediction {
  const logits = new Float32Array(told.reduce((length, prediction) => length + prediction.logits.length, 0));
  let begin = 0;
  for (const prediction of told) {
    logits.set(prediction.logits, begin);
    begin += prediction.logits.length;
  }
  return { samples: told.reduce((sum, { samples }) => sum + samples, 0), logits, measures: {} };
}
