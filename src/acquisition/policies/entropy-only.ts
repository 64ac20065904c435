import { DETERMINISTIC } from '../deterministic.ts';
import { definePolicy, NO_NEEDS } from '../policy.ts';
import { listedNeighbours } from './batch-entropy/balls.ts';
import { ksgOptions, neighbourObjection } from './batch-entropy/ksg-options.ts';
import { selectByEntropy } from './batch-entropy/select.ts';
import { resolveSwitches } from './batch-entropy/switches.ts';

/** BAL-PM without uncertainty: greedy picks of the largest h, so U is 0 and no weight or scale of h can matter. */
export const entropyOnly = definePolicy({
  name: 'entropy-only',
  summary: 'BAL-PM without uncertainty: the entropy of the acquired prompts alone',
  noInclusion: DETERMINISTIC,
  options: ksgOptions.omit({ beta: true, betaScale: true, standardise: true, precision: true }),
  create: (chosen) => {
    const switches = resolveSwitches(chosen.preset, { ...chosen, precision: null });
    const settings = {
      ...chosen,
      measure: 'epistemic',
      beta: 1,
      betaScale: 'absolute',
      standardise: false,
      switches,
    } as const;
    return {
      needs: { ...NO_NEEDS, neighbours: listedNeighbours(chosen.k) },
      objection: (pool) => neighbourObjection(settings, pool),
      select: (context) => selectByEntropy(context, settings, { uncertainty: new Float64Array(context.pool.length) }),
    };
  },
});
