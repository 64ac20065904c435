import { DETERMINISTIC } from '../../deterministic.ts';
import { measureOption } from '../../measure-option.ts';
import { definePolicy, NO_NEEDS } from '../../policy.ts';
import { listedNeighbours } from './balls.ts';
import { ksgOptions, neighbourObjection } from './ksg-options.ts';
import { selectByEntropy } from './select.ts';
import { resolveSwitches } from './switches.ts';

/** BAL-PM: greedy picks of the largest U + β·h, so that a batch is uncertain and spread over the prompts. */
export const batchEntropy = definePolicy({
  name: 'batch-entropy',
  summary: 'BAL-PM: a measure (epistemic uncertainty) plus the entropy of the acquired prompts, greedily',
  noInclusion: DETERMINISTIC,
  options: ksgOptions.extend({ measure: measureOption }),
  create: (chosen) => {
    const settings = { ...chosen, switches: resolveSwitches(chosen.preset, chosen) };
    return {
      needs: { ...NO_NEEDS, measures: [chosen.measure], neighbours: listedNeighbours(chosen.k) },
      objection: (pool) => neighbourObjection(settings, pool),
      select: (context) => selectByEntropy(context, settings),
    };
  },
});
