import type { MeasureName, PolicyContext } from '../../../src/acquisition/policy.ts';
import { openStream, type RandomStream } from '../../../src/random/stream.ts';
import { policyContext } from './policy-context.ts';
import { type RandomWorld, randomWorld } from './random-world.ts';

/** Numbers of the random instances that every policy is compared with its oracle on. */
export const INSTANCES: readonly number[] = Array.from({ length: 240 }, (_, number) => number);

/** How the measure varies: at random, over few values, with zeros, not at all, only zeros, over all orders of magnitude. */
const KINDS = ['continuous', 'levels', 'zeros', 'constant', 'nothing', 'edges'] as const;

const EDGES = [0, Number.MIN_VALUE, 1e-300, 1e-5, 1, 1e30];

/**
 * A small pool with repeated prompts, some items acquired, groups in every third, and at least one measure of at
 * least 0; batches are at times larger than the pool. Each call opens the stream anew.
 */
export function randomInstance(number: number, measure: MeasureName = 'epistemic'): PolicyContext {
  const world = worldOf(number);
  const stream = openStream(['test', 'instance', number]);
  return policyContext({
    round: stream.below(9),
    batch: 1 + stream.below(world.poolOrder.length + 3),
    pool: Int32Array.from(world.poolOrder),
    acquired: Int32Array.from(world.acquired),
    promptOf: world.promptOf,
    measures: { [measure]: drawValues(KINDS[number % KINDS.length]!, world, stream) },
    neighbours: world.source,
    groups: number % 3 === 0 ? world.promptOf.map(() => stream.below(5)) : null,
    stream: openStream(['test', 'draws', number]),
  });
}

/** The same with at most 8 picks, for oracles that score everything at every pick. */
export const smallBatch = (context: PolicyContext): PolicyContext => ({
  ...context,
  batch: Math.min(context.batch, 8),
});

/** The world of an instance, made once. */
export function worldOf(number: number): RandomWorld {
  const world = WORLDS.get(number) ?? randomWorld(number);
  WORLDS.set(number, world);
  return world;
}

const WORLDS = new Map<number, RandomWorld>();

function drawValues(kind: (typeof KINDS)[number], { poolOrder }: RandomWorld, stream: RandomStream): Float64Array {
  return Float64Array.from(poolOrder, () => drawValue(kind, stream));
}

function drawValue(kind: (typeof KINDS)[number], stream: RandomStream): number {
  switch (kind) {
    case 'continuous':
      return 0.05 * stream.uniform();
    case 'levels':
      return 0.01 * (1 + stream.below(3));
    case 'zeros':
      return stream.below(2) * stream.uniform();
    case 'constant':
      return 0.25;
    case 'nothing':
      return 0;
    case 'edges':
      return EDGES[stream.below(EDGES.length)]!;
  }
}
