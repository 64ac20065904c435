import { DETERMINISTIC } from '../../deterministic.ts';
import { measureOption } from '../../measure-option.ts';
import { definePolicy, NO_NEEDS } from '../../policy.ts';
import { listedNeighbours } from '../batch-entropy/balls.ts';
import { ksgOptions, neighbourObjection } from '../batch-entropy/ksg-options.ts';
import { resolveSwitches } from '../batch-entropy/switches.ts';
import { selectWithPairs } from './select-with-pairs.ts';

/**
 * BAL-PM where a prompt comes with several candidate answers, its items being their pairs: the pair of a prompt is the
 * one whose difference of rewards varies most over the posterior samples, and prompts are picked by the largest
 * U + β·h of their pairs, each once until all are. With a pair a prompt it is BAL-PM, pick by pick.
 */
export const joint = definePolicy({
  name: 'joint',
  summary: 'BAL-PM over prompts with several pairs: of each the most uncertain difference of rewards',
  noInclusion: DETERMINISTIC,
  options: ksgOptions.extend({ measure: measureOption }),
  create: (chosen) => {
    const settings = { ...chosen, switches: resolveSwitches(chosen.preset, chosen) };
    return {
      needs: { ...NO_NEEDS, measures: [chosen.measure], neighbours: listedNeighbours(chosen.k), samples: true },
      objection: (pool) => neighbourObjection(settings, pool),
      select: (context) => selectWithPairs(context, settings),
    };
  },
});
