import { differenceVariance } from '../../../measures/difference-variance.ts';
import { samplesOf } from '../../context.ts';
import type { MeasureName, Pick, PolicyContext } from '../../policy.ts';
import { type KsgSettings, selectByEntropy } from '../batch-entropy/select.ts';
import { bestPairs } from './best-pairs.ts';
import { withoutPicks } from './without-picks.ts';

/** BAL-PM's settings, with what U is. */
export interface PairSettings extends KsgSettings {
  readonly measure: MeasureName;
}

/**
 * A batch of prompts with a pair each: of every prompt the pair whose difference of rewards is most uncertain, and of
 * these BAL-PM's batch. When every prompt has its pair and the batch is not full, it goes on with the pairs left as a
 * new round would, the picks so far acquired; the run says so.
 */
export async function selectWithPairs(context: PolicyContext, settings: PairSettings): Promise<readonly Pick[]> {
  if (context.pool.length === 0) return [];
  const source = samplesOf(context);
  const variances = differenceVariance(await source.logits(context.pool), source.samples);
  const varianceOf = new Map(Array.from(context.pool, (item, position) => [item, variances[position]!]));
  const wanted = Math.min(context.batch, context.pool.length);
  const picks: Pick[] = [];
  let left = context;
  while (picks.length < wanted) {
    const promptAt = left.pool.map((item) => left.promptOf[item]!);
    const values = Float64Array.from(left.pool, (item) => varianceOf.get(item)!);
    const chosen = await selectByEntropy(left, settings, { competing: bestPairs(promptAt, values) });
    if (picks.length === 0 && chosen.length < wanted) context.note(fewPrompts(context.round, chosen.length, wanted));
    picks.push(...chosen.map((pick) => withDifference(pick, varianceOf)));
    left = withoutPicks(left, chosen, settings.measure);
  }
  return picks;
}

const withDifference = (pick: Pick, varianceOf: ReadonlyMap<number, number>): Pick => ({
  ...pick,
  terms: { ...pick.terms, difference: varianceOf.get(pick.item)! },
});

const fewPrompts = (round: number, prompts: number, wanted: number): string =>
  `In round ${round} the pool has fewer prompts (${prompts}) than there are items to pick (${wanted}): prompts are gone through again`;
