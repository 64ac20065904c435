import { moments } from '../../math/moments.ts';
import { neighboursOf } from '../context.ts';
import { DETERMINISTIC } from '../deterministic.ts';
import { countCopies } from '../kernels/copies.ts';
import { rankByGroup } from '../kernels/rank-by-group.ts';
import { measureOption } from '../measure-option.ts';
import { definePolicy, NO_NEEDS, type Pick, type PolicyContext } from '../policy.ts';
import { ballRule, findBalls, listedNeighbours } from './batch-entropy/balls.ts';
import { ksgOptions, neighbourObjection } from './batch-entropy/ksg-options.ts';
import type { NeighbourSwitches } from './batch-entropy/neighbour-weights.ts';
import { effectiveWeight, uncertaintyOf } from './batch-entropy/select.ts';
import { resolveSwitches } from './batch-entropy/switches.ts';

const options = ksgOptions
  .omit({ digammaDivisor: true, standardise: true, shiftPoolRows: true })
  .extend({ measure: measureOption });

/**
 * The largest s + β·z, at most one item a group: z is ln(2·D + 1e-4) brought to mean 0 and deviation 1 (ddof 0) over
 * the remaining pool. Nothing is updated while a batch is picked.
 */
export const stateEntropy = definePolicy({
  name: 'state-entropy',
  summary: 'a measure plus the standardised distance to the k-th nearest prompt, at most one item a group',
  noInclusion: DETERMINISTIC,
  options,
  create: (chosen) => {
    const switches = resolveSwitches(chosen.preset, { ...chosen, shiftPoolRows: null });
    const { measure, k } = chosen;
    return {
      needs: { ...NO_NEEDS, measures: [measure], neighbours: listedNeighbours(k) },
      objection: (pool) => neighbourObjection({ k, switches }, pool),
      select: async (context) => {
        if (context.pool.length === 0) return [];
        const values = uncertaintyOf(context, measure, switches);
        const distance = await logDistances(context, k, switches);
        const entropy = standardised(distance);
        const weight = effectiveWeight(chosen, values);
        const scores = values.map((value, position) => value + weight * entropy[position]!);
        return rankByGroup(context, scores).map(
          ({ position, pass }): Pick => ({
            item: context.pool[position]!,
            score: scores[position]!,
            terms: {
              [measure]: values[position]!,
              distance: distance[position]!,
              entropy: entropy[position]!,
              weighted: weight * entropy[position]!,
              pass,
            },
          }),
        );
      },
    };
  },
});

/** ln(2·D + 1e-4) of every position. */
async function logDistances(context: PolicyContext, k: number, switches: NeighbourSwitches): Promise<Float64Array> {
  const source = neighboursOf(context);
  const copies = countCopies(context.promptOf, source.graph.size, context);
  const { radii } = await findBalls(source, ballRule(context, copies, { k, switches }));
  return Float64Array.from(context.pool, (item) => Math.log(2 * radii[context.promptOf[item]!]! + 1e-4));
}

// Where nothing varies beyond rounding there is nothing to standardise: z is 0, not rounding made large.
function standardised(values: Float64Array): Float64Array {
  const { mean, deviation } = moments(values);
  const varies = deviation > 1e-12 * Math.abs(mean);
  return values.map((value) => (varies ? (value - mean) / deviation : 0));
}
