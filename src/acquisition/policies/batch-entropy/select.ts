import { type Copies, countCopies } from '../../kernels/copies.ts';
import { positionsOfPrompts } from '../../kernels/positions-of-prompts.ts';
import type { MeasureName, NeighbourSource, Pick, PolicyContext } from '../../policy.ts';
import { neighboursOf } from '../../sources-of.ts';
import { ballRule } from './ball-rule.ts';
import { type Balls, findBalls } from './balls.ts';
import { effectiveWeight } from './effective-weight.ts';
import { createEntropyTerms } from './entropy-terms.ts';
import { pickGreedily } from './greedy.ts';
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

/** Who competes and by what, where that is not the whole pool by the settings' measure. */
export interface Contest {
  /** U of every position of the pool. */
  readonly uncertainty?: Float64Array;
  /** Positions of the pool that can be picked, ascending; the others count for D, n and the spread of U alone. */
  readonly competing?: Int32Array;
}

/**
 * BAL-PM's batch (method.md section 2): the local scale D from the neighbour graph, the count n of acquired items
 * within it, then greedy picks. Exact: equal to scoring every item against every other anew at every pick.
 */
export async function selectByEntropy(
  context: PolicyContext,
  settings: KsgSettings,
  { uncertainty, competing }: Contest = {},
): Promise<readonly Pick[]> {
  if (context.pool.length === 0) return [];
  const source = neighboursOf(context);
  const { size } = source.graph;
  const copies = countCopies(context.promptOf, size, context);
  const balls = await findBalls(source, ballRule(context, copies, settings));
  const within = await acquiredWithin(source, balls, copies, settings.switches);
  const { measure = 'epistemic' } = settings;
  const values = uncertainty ?? uncertaintyOf(context, measure, settings.switches);
  const pool = competing === undefined ? context.pool : competing.map((position) => context.pool[position]!);
  const picks = Math.min(context.batch, pool.length);
  const { remaining } = competing === undefined ? copies : countCopies(context.promptOf, size, { ...context, pool });
  const promptAt = pool.map((item) => context.promptOf[item]!);
  return pickGreedily(
    {
      pool,
      picks,
      measure,
      uncertainty: competing === undefined ? values : Float64Array.from(competing, (position) => values[position]!),
      promptAt,
      positions: positionsOfPrompts(promptAt, remaining),
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
