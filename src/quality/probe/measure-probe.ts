import { hardLabels } from '../../data/labels.ts';
import { meanLogLikelihood } from '../../evaluation/metrics/mean-log-likelihood.ts';
import { bootstrapInterval } from '../../evaluation/statistics/bootstrap-interval.ts';
import type { Estimate } from '../../evaluation/statistics/estimate.ts';
import type { ProbePairs } from './probe-pairs.ts';

/** How well a head tells the preferred answers of some pairs; intervals are over prompts. */
export interface ProbeMeasure {
  readonly split: string;
  readonly pairs: number;
  /** Pairs there were to draw from. */
  readonly available: number;
  readonly prompts: number;
  /** Nats a pair; chance is −ln 2. */
  readonly logLikelihood: Estimate;
  /** A tie counts one half; chance is ½. */
  readonly accuracy: Estimate;
}

/** Measures r(a) − r(b) (`logits`) against labels, with intervals by a bootstrap over prompts: their pairs go together. */
export function measureProbe(logits: Float32Array, pairs: ProbePairs): ProbeMeasure {
  const { split, labels, available } = pairs;
  const groups = groupByPrompt(pairs.prompts);
  const estimate = (valueOf: (pair: number) => number): Estimate => meanByGroups(groups, valueOf);
  return {
    split,
    pairs: labels.length,
    available,
    prompts: groups.length,
    logLikelihood: estimate((pair) =>
      meanLogLikelihood(logits.subarray(pair, pair + 1), 1, hardLabels(labels.subarray(pair, pair + 1))),
    ),
    accuracy: estimate((pair) => (1 + Math.sign(logits[pair]!) * (labels[pair] === 1 ? 1 : -1)) / 2),
  };
}

/** Pairs of each prompt, prompts in order of their first pairs. */
function groupByPrompt(prompts: Int32Array): number[][] {
  const groups = new Map<number, number[]>();
  prompts.forEach((prompt, pair) => {
    const pairs = groups.get(prompt);
    if (pairs === undefined) groups.set(prompt, [pair]);
    else pairs.push(pair);
  });
  return [...groups.values()];
}

/** The mean over pairs, its interval over groups of pairs. */
function meanByGroups(groups: readonly (readonly number[])[], valueOf: (pair: number) => number): Estimate {
  const sums = groups.map((pairs) => pairs.reduce((sum, pair) => sum + valueOf(pair), 0));
  return bootstrapInterval(groups.length, (weights) => {
    let [sum, count] = [0, 0];
    for (let group = 0; group < weights.length; group++) {
      sum += weights[group]! * sums[group]!;
      count += weights[group]! * groups[group]!.length;
    }
    return sum / count;
  });
}
