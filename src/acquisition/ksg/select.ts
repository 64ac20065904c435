import { BalpmError } from '../../base/errors.ts';
import { roundToFloat32 } from '../../math/round-to-float32.ts';
import { measureOf } from '../measure-of.ts';
import type { NeighbourSource, Pick, PolicyContext } from '../policy.ts';
import { type BallRule, type Balls, findBalls } from './balls.ts';
import { type Copies, countCopies } from './copies.ts';
import { effectiveWeight } from './effective-weight.ts';
import { createEntropyTerms } from './entropy-terms.ts';
import { pickGreedily } from './greedy.ts';
import { neighbourWeights } from './neighbour-weights.ts';
import { positionsOfPrompts } from './positions-of-prompts.ts';
import { createReach } from './reach.ts';
import type { KsgSwitches } from './switches.ts';

/** The options of BAL-PM with its switches resolved. */
export interface KsgSettings {
  readonly k: number;
  readonly beta: number;
  readonly betaScale: 'absolute' | 'spread';
  readonly digammaDivisor: number;
  readonly standardise: boolean;
  readonly switches: KsgSwitches;
}

/**
 * BAL-PM's batch (method.md section 2): the local scale D from the neighbour graph, the count n of acquired items
 * within it, then greedy picks. Exact: equal to scoring every item against every other anew at every pick.
 */
export async function selectByEntropy(context: PolicyContext, settings: KsgSettings): Promise<readonly Pick[]> {
  if (context.pool.length === 0) return [];
  const source = neighboursOf(context);
  const copies = countCopies(context.promptOf, source.graph.size, context);
  const balls = await findBalls(source, ballRule(context, copies, settings));
  const within = await acquiredWithin(source, balls, copies, settings.switches);
  const picks = Math.min(context.batch, context.pool.length);
  const epistemic = epistemicOf(context, settings.switches);
  const promptAt = context.pool.map((item) => context.promptOf[item]!);
  return pickGreedily(
    {
      pool: context.pool,
      picks,
      epistemic,
      promptAt,
      positions: positionsOfPrompts(promptAt, copies.remaining),
      reach: createReach(source.graph, balls),
      weight: effectiveWeight(settings, epistemic),
      standardise: settings.standardise,
    },
    createEntropyTerms(balls.radii, within, { divisor: settings.digammaDivisor, growth: picks }),
  );
}

function neighboursOf({ neighbours }: PolicyContext): NeighbourSource {
  if (neighbours) return neighbours;
  throw new BalpmError(
    'internal',
    'Cannot select by entropy: no neighbour graph was given, one over all prompts is needed',
  );
}

function ballRule(context: PolicyContext, copies: Copies, { k, switches }: KsgSettings): BallRule {
  const weights = neighbourWeights(copies, switches);
  if (k > weights.available) context.note(fewNeighbours(context.round, k, weights.available));
  return { k: Math.min(k, weights.available), weights, copies };
}

const fewNeighbours = (round: number, k: number, available: number): string =>
  `In round ${round} an item has ${available} neighbours, fewer than k = ${k}: all of them are used`;

async function acquiredWithin(
  source: NeighbourSource,
  balls: Balls,
  copies: Copies,
  { shiftPoolRows }: KsgSwitches,
): Promise<Int32Array> {
  return shiftPoolRows ? source.shiftedCounts(copies.remaining, copies.acquired, balls.radii) : balls.acquired;
}

function epistemicOf(context: PolicyContext, { precision }: KsgSwitches): Float64Array {
  const epistemic = measureOf(context, 'epistemic');
  return precision === 'float32' ? roundToFloat32(epistemic) : epistemic;
}
