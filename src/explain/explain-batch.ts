import { excerpt } from '../data/description/excerpt.ts';
import { type ItemTexts, readStoredTexts } from '../data/read-texts.ts';
import { SPLIT_MEASURES } from '../evaluation/metrics/split-metrics.ts';
import { type NearbyPrompt, nearestAcquired } from './nearest-acquired.ts';
import { type PairDistance, pairDistances } from './pair-distances.ts';
import { rankAt } from './rank-at.ts';
import { type RecomputedBatch, recomputeBatch } from './recompute-batch.ts';
import type { Revisit } from './revisit-batch.ts';

/** A measure of a pick and its rank in the pool of the round: 1 is the largest, equal values share the best rank. */
interface RankedMeasure {
  readonly value: number;
  readonly rank: number;
}

/** Why an item was picked; texts are excerpts. */
export interface PickExplanation extends ItemTexts {
  readonly score: number | null;
  readonly terms: Readonly<Record<string, number>>;
  readonly measures: Readonly<Record<string, RankedMeasure>>;
  readonly distance: PairDistance;
  readonly nearest: readonly (NearbyPrompt & { readonly prompt: string })[];
}

/** A batch and the state it was chosen in; it is only given when the run's policy chose the same picks again. */
export interface BatchExplanation {
  readonly run: string;
  readonly round: number;
  readonly policy: string;
  readonly reproduced: true;
  /** Items to choose from, and items acquired before. */
  readonly pool: number;
  readonly acquired: number;
  readonly batch: number;
  /** Items of the batch that were drawn at random before the policy chose (acquisition.control), in neither number. */
  readonly control: number;
  readonly picks: readonly PickExplanation[];
}

const NEAREST = 3;

/** Explains the first `count` picks of a batch. @throws BalpmError as recomputeBatch(), (data) for texts that have changed. */
export async function explainBatch(revisit: Revisit, count: number): Promise<BatchExplanation> {
  const recomputed = await recomputeBatch(revisit, SPLIT_MEASURES);
  const { id, batch, problem } = revisit;
  const shown = batch.ids.slice(0, count);
  const near = await nearestAcquired(revisit, count, NEAREST);
  const ids = [...new Set([...shown, ...near.flat().map(({ items }) => items[0]!.id)])];
  const texts = new Map((await readStoredTexts(problem.dataset, ids)).map((text) => [text.id, shorten(text)]));
  const ranks = rankedMeasures(recomputed);
  const distanceOf = await pairDistances(revisit, recomputed);
  return {
    run: id,
    round: batch.round,
    policy: batch.policy,
    reproduced: true,
    pool: recomputed.context.pool.length,
    acquired: recomputed.context.acquired.length - (batch.control?.items ?? 0),
    control: batch.control?.items ?? 0,
    batch: batch.ids.length,
    picks: recomputed.picks.slice(0, count).map(({ item, score, terms }, pick) => ({
      ...texts.get(shown[pick]!)!,
      score,
      terms,
      measures: ranks(item),
      distance: distanceOf(item),
      nearest: near[pick]!.map((prompt) => ({ ...prompt, prompt: texts.get(prompt.items[0]!.id)!.prompt })),
    })),
  };
}

const shorten = ({ id, prompt, response_a, response_b }: ItemTexts): ItemTexts => ({
  id,
  prompt: excerpt(prompt),
  response_a: excerpt(response_a),
  response_b: excerpt(response_b),
});

/** A function from an item of the pool to its measures with their ranks. */
function rankedMeasures({ context }: RecomputedBatch): (item: number) => Readonly<Record<string, RankedMeasure>> {
  const positionOf = new Map(Array.from(context.pool, (item, position) => [item, position]));
  const measures = Object.entries(context.measures) as [string, Float64Array][]; // those asked for are there
  return (item) => {
    const position = positionOf.get(item)!;
    return Object.fromEntries(
      measures.map(([name, values]) => [name, { value: values[position]!, rank: rankAt(values, position) }]),
    );
  };
}
