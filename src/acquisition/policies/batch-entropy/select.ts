import { dataError } from '../../../base/errors.ts';
import { moments } from '../../../math/moments.ts';
import { roundToFloat32 } from '../../../math/round-to-float32.ts';
import { measureOf, neighboursOf } from '../../context.ts';
import { type Copies, countCopies, positionsOfPrompts } from '../../kernels/copies.ts';
import type { MeasureName, NeighbourSource, Pick, PolicyContext } from '../../policy.ts';
import { type Balls, ballRule, findBalls } from './balls.ts';
import { createEntropyTerms } from './entropy-terms.ts';
import { pickGreedily } from './greedy.ts';
import { createReach } from './reach.ts';
import type { KsgSwitches } from './switches.ts';

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
interface Contest {
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

/**
 * What h is multiplied by: beta, or with `spread` beta times the standard deviation (ddof 0) of U over the pool of
 * the round. When U does not vary beyond rounding there is nothing to weigh h against, and beta stands as it is; so it
 * does when the deviation is beyond what a number can hold.
 */
export function effectiveWeight(
  { beta, betaScale }: { readonly beta: number; readonly betaScale: 'absolute' | 'spread' },
  epistemic: Float64Array,
): number {
  if (betaScale === 'absolute') return beta;
  const { mean, deviation } = moments(epistemic);
  return deviation > ROUNDING * Math.abs(mean) && deviation < Infinity ? beta * deviation : beta;
}

const ROUNDING = 1e-12;

/** A measure of the pool in the precision that is asked for. @throws BalpmError (data) for a value that float32 cannot hold. */
export function uncertaintyOf(
  context: PolicyContext,
  measure: MeasureName,
  { precision }: { readonly precision: KsgSwitches['precision'] },
): Float64Array {
  const values = measureOf(context, measure);
  if (precision === 'float64') return values;
  const rounded = roundToFloat32(values);
  const lost = rounded.findIndex((value) => !Number.isFinite(value));
  if (lost === -1) return rounded;
  throw dataError(
    `Cannot rank the pool by '${measure}': item ${context.pool[lost]} has ${values[lost]}, a number that float32 can hold (precision=float32) is needed`,
  );
}
