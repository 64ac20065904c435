import type { SplitItems } from '../../data/dataset.ts';
import { drawWithoutReplacement, openStream } from '../../random/stream.ts';

/** Labelled pairs of two different answers, in the split's order. */
export interface ProbePairs {
  readonly split: string;
  /** n × 2 response rows (a, b), row-major. */
  readonly rows: Int32Array;
  /** 1 where a is preferred, 0 where b is. */
  readonly labels: Int8Array;
  /** The prompt's row of each pair. */
  readonly prompts: Int32Array;
  /** How many there were to draw from. */
  readonly available: number;
}

/** At most `most` pairs of a split whose label has a side, drawn by the split's name where there are more. */
export function drawPairs(split: SplitItems, labels: Int8Array, most: number): ProbePairs {
  const { name, a, b, prompts } = split;
  const usable = [...labels.keys()].filter((item) => (labels[item] === 0 || labels[item] === 1) && a[item] !== b[item]);
  const drawn = usable.length <= most ? usable : drawWithoutReplacement(streamOf(name), usable, most).sort(ascending);
  return {
    split: name,
    rows: Int32Array.from(drawn.flatMap((item) => [a[item]!, b[item]!])),
    labels: Int8Array.from(drawn, (item) => labels[item]!),
    prompts: Int32Array.from(drawn, (item) => prompts[item]!),
    available: usable.length,
  };
}

/** Pairs of a fifth of the prompts, drawn, and those of the others: no prompt is on both sides. */
export function holdOut(pairs: ProbePairs): { readonly kept: ProbePairs; readonly heldOut: ProbePairs } {
  const prompts = [...new Set(pairs.prompts)];
  const fifth = new Set(
    drawWithoutReplacement(streamOf(pairs.split, 'held-out'), prompts, Math.ceil(prompts.length / 5)),
  );
  return {
    kept: pairsWhere(pairs, (prompt) => !fifth.has(prompt)),
    heldOut: pairsWhere(pairs, (prompt) => fifth.has(prompt)),
  };
}

function pairsWhere(pairs: ProbePairs, belongs: (prompt: number) => boolean): ProbePairs {
  const kept = [...pairs.labels.keys()].filter((pair) => belongs(pairs.prompts[pair]!));
  return {
    ...pairs,
    rows: Int32Array.from(kept.flatMap((pair) => [pairs.rows[2 * pair]!, pairs.rows[2 * pair + 1]!])),
    labels: Int8Array.from(kept, (pair) => pairs.labels[pair]!),
    prompts: Int32Array.from(kept, (pair) => pairs.prompts[pair]!),
  };
}

const streamOf = (...name: string[]) => openStream(['features-quality', 'probe', ...name]);

const ascending = (left: number, right: number): number => left - right;
