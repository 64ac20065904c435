import type { MeasureName, NeighbourSource, Pick, PolicyContext } from '../policy.ts';
import { neighboursOf } from '../sources-of.ts';
import { ballRule } from './ball-rule.ts';
import { type Balls, findBalls } from './balls.ts';
import { type Copies, countCopies } from './copies.ts';
import { effectiveWeight } from './effective-weight.ts';
import { createEntropyTerms } from './entropy-terms.ts';
import { pickGreedily } from './greedy.ts';
import { positionsOfPrompts } from './positions-of-prompts.ts';
import { createReach } from './reach.ts';
import type { KsgSwitches } from './switches.ts';
import { uncertaintyOf } from './uncertainty-of.ts';

/** The options of BAL-PM with its switches resolved. */
export interface KsgSettings {
  /** What U is; the epistemic uncertainty when left out. */
  readonly measure?: MeasureName;
  readonly k: number;
  /** Weight of h; below 0 small h is preferred. */
  readonly beta: number;
  readonly betaScale: 'absolute' | 'spread';
  readonly digammaDivisor: number;
  readonly standardise: boolean;
  readonly switches: KsgSwitches;
}

/**
 * BAL-PM's batch (method.md section 2): the local scale D from the neighbour graph, the count n of acquired items
 * within it, then greedy picks. Exact: equal to scoring every item against every other anew at every pick. U is
 * the settings' measure unless `uncertainty` (one number a position) takes its place.
 */
export async function selectByEntropy(
  context: PolicyContext,
  settings: KsgSettings,
  uncertainty?: Float64Array,
): Promise<readonly Pick[]> {
  if (context.pool.length === 0) return [];
  const source = neighboursOf(context);
  const copies = countCopies(context.promptOf, source.graph.size, context);
  const balls = await findBalls(source, ballRule(context, copies, settings));
  const within = await acquiredWithin(source, balls, copies, settings.switches);
  const picks = Math.min(context.batch, context.pool.length);
  const { measure = 'epistemic' } = settings;
  const values = uncertainty ?? uncertaintyOf(context, measure, settings.switches);
  const promptAt = context.pool.map((item) => context.promptOf[item]!);
  return pickGreedily(
    {
      pool: context.pool,
      picks,
      measure,
      uncertainty: values,
      promptAt,
      positions: positionsOfPrompts(promptAt, copies.remaining),
      reach: createReach(source.graph, balls),
      weight: effectiveWeight(settings, values),
      standardise: settings.standardise,
    },
    createEntropyTerms(balls.radii, within, { divisor: settings.digammaDivisor, growth: picks }),
  );
}

async function acquiredWithin(
  source: NeighbourSource,
  balls: Balls,
  copies: Copies,
  { shiftPoolRows }: KsgSwitches,
): Promise<Int32Array> {
  return shiftPoolRows ? source.shiftedCounts(copies.remaining, copies.acquired, balls.radii) : balls.acquired;
}
