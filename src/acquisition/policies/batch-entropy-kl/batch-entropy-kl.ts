import { DETERMINISTIC } from '../../deterministic.ts';
import { definePolicy, NO_NEEDS, type PoolSize } from '../../policy.ts';
import { listedNeighbours } from '../batch-entropy/balls.ts';
import { ksgOptions } from '../batch-entropy/ksg-options.ts';
import { resolveSwitches } from '../batch-entropy/switches.ts';
import { selectByAcquiredDistance } from './select-by-acquired-distance.ts';

const options = ksgOptions.pick({ preset: true, beta: true, betaScale: true, precision: true }).extend({
  k: ksgOptions.shape.k.describe('how many acquired prompts or items lie within D; lists of k distances a prompt'),
  duplicates: ksgOptions.shape.duplicates.describe(
    'acquired items with one prompt: one together, or one each; null: as the preset',
  ),
});

/** BAL-PM with the entropy of what is acquired taken from distances to it alone (an ablation). */
export const batchEntropyKl = definePolicy({
  name: 'batch-entropy-kl',
  summary: 'epistemic uncertainty plus the distance to the k-th nearest acquired prompt, greedily',
  noInclusion: DETERMINISTIC,
  options,
  create: (chosen) => {
    const rest = { neighbourScope: null, selfCounts: null, shiftPoolRows: null };
    const { duplicates, precision } = resolveSwitches(chosen.preset, { ...chosen, ...rest });
    const settings = { ...chosen, duplicates, precision };
    return {
      // The same graph as batch-entropy with this k, so that runs of both share it.
      needs: { ...NO_NEEDS, measures: ['epistemic'], neighbours: listedNeighbours(chosen.k) },
      objection: (pool) => acquiredObjection(settings, pool),
      select: (context) => selectByAcquiredDistance(context, settings),
    };
  },
});

function acquiredObjection(
  { k, duplicates }: { readonly k: number; readonly duplicates: 'distinct' | 'rows' },
  { items, prompts }: PoolSize,
): string | null {
  const [most, what] = duplicates === 'distinct' ? [prompts, 'prompts'] : [items, 'items'];
  return k <= most ? null : `k ${k}: the pool has ${most} ${what} to acquire, at most that is needed`;
}
