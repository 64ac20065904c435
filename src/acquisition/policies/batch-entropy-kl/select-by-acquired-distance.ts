import { neighboursOf } from '../../context.ts';
import { countCopies, positionsOfPrompts } from '../../kernels/copies.ts';
import type { Pick, PolicyContext } from '../../policy.ts';
import { effectiveWeight, uncertaintyOf } from '../batch-entropy/select.ts';
import type { KsgSwitches } from '../batch-entropy/switches.ts';
import { countAcquired } from './count-acquired.ts';
import { createDistanceRows } from './distance-rows.ts';
import { keepNearest } from './kept-nearest.ts';
import { pickLazily } from './pick-lazily.ts';

/** The options of the ablation with its switches resolved. */
export interface AcquiredDistanceSettings {
  readonly k: number;
  readonly beta: number;
  readonly betaScale: 'absolute' | 'spread';
  readonly duplicates: KsgSwitches['duplicates'];
  readonly precision: KsgSwitches['precision'];
}

/** How much is compared at once; what is picked does not depend on it. */
export interface ComparisonLimits {
  /** Acquired prompts compared with all others before the picks of a round. */
  readonly countedAtOnce?: number;
  /** Prompts compared with all others in one call. */
  readonly block?: number;
}

/**
 * A batch of greedy picks of the largest U + β·h, h = ln(2·D + 1e-4), D the distance to the k-th nearest acquired
 * prompt (or item), earlier rounds and the picks so far. Exact. With fewer than k acquired the farthest of them
 * counts; with none h is 0.
 */
export async function selectByAcquiredDistance(
  context: PolicyContext,
  settings: AcquiredDistanceSettings,
  { countedAtOnce = 512, block }: ComparisonLimits = {},
): Promise<readonly Pick[]> {
  if (context.pool.length === 0) return [];
  const source = neighboursOf(context);
  const { acquired, remaining } = countedCopies(context, source.graph.size, settings);
  const total = acquired.reduce((sum, copies) => sum + copies, 0);
  if (total < settings.k) context.note(fewAcquired(context.round, total, settings));
  const nearest = await countAcquired(source, acquired, { k: settings.k, countedAtOnce });
  const epistemic = uncertaintyOf(context, 'epistemic', settings);
  const promptAt = context.pool.map((item) => context.promptOf[item]!);
  const picks = await pickLazily({
    pool: context.pool,
    picks: Math.min(context.batch, context.pool.length),
    epistemic,
    promptAt,
    positions: positionsOfPrompts(promptAt, remaining),
    weight: effectiveWeight(settings, epistemic),
    distinct: settings.duplicates === 'distinct',
    acquired: total,
    nearest,
    rows: createDistanceRows(source, block),
  });
  keepNearest(source.graph, nearest);
  return picks;
}

function countedCopies(context: PolicyContext, prompts: number, { duplicates }: AcquiredDistanceSettings) {
  const copies = countCopies(context.promptOf, prompts, context);
  return duplicates === 'distinct' ? { ...copies, acquired: copies.acquired.map(atMostOne) } : copies;
}

const atMostOne = (count: number): number => Math.min(1, count);

function fewAcquired(round: number, acquired: number, { k, duplicates }: AcquiredDistanceSettings): string {
  const what = duplicates === 'distinct' ? 'prompts' : 'items';
  return `In round ${round} fewer ${what} are acquired (${acquired}) than k = ${k}: the farthest of them counts`;
}
