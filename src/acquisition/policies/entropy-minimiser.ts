import { DETERMINISTIC } from '../deterministic.ts';
import { definePolicy, NO_NEEDS } from '../policy.ts';
import { listedNeighbours } from './batch-entropy/balls.ts';
import { ksgOptions, neighbourObjection } from './batch-entropy/ksg-options.ts';
import { selectByEntropy } from './batch-entropy/select.ts';
import { resolveSwitches } from './batch-entropy/switches.ts';

/** BAL-PM with the sign of its entropy term turned: greedy picks of the largest U − β·h (an ablation). */
export const entropyMinimiser = definePolicy({
  name: 'entropy-minimiser',
  summary: 'BAL-PM turned around: epistemic uncertainty minus the entropy of the acquired prompts',
  noInclusion: DETERMINISTIC,
  options: ksgOptions,
  create: (chosen) => {
    const settings = {
      ...chosen,
      measure: 'epistemic',
      beta: -chosen.beta,
      switches: resolveSwitches(chosen.preset, chosen),
    } as const;
    return {
      needs: { ...NO_NEEDS, measures: ['epistemic'], neighbours: listedNeighbours(chosen.k) },
      objection: (pool) => neighbourObjection(settings, pool),
      select: (context) => selectByEntropy(context, settings),
    };
  },
});
