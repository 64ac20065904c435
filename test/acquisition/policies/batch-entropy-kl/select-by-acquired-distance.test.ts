import { describe, expect, it } from 'vitest';
import {
  type AcquiredDistanceSettings,
  type ComparisonLimits,
  selectByAcquiredDistance,
} from '../../../../src/acquisition/policies/batch-entropy-kl/select-by-acquired-distance.ts';
import type { NeighbourSource, PolicyContext } from '../../../../src/acquisition/policy.ts';
import { openStream } from '../../../../src/random/stream.ts';
import { buildNeighbourSource } from '../../../../src/standalone/in-process/neighbour-graph.ts';
import { pickSlowlyByDistance } from '../../oracles/pick-slowly-by-distance.ts';
import { policyContext } from '../../oracles/policy-context.ts';
import { INSTANCES, randomInstance, smallBatch, worldOf } from '../../oracles/random-instance.ts';
import { randomWorld } from '../../oracles/random-world.ts';

const settings = (parts: Partial<AcquiredDistanceSettings> = {}): AcquiredDistanceSettings => ({
  k: 3,
  beta: 0.01,
  betaScale: 'absolute',
  duplicates: 'distinct',
  precision: 'float64',
  ...parts,
});

function drawSettings(number: number): AcquiredDistanceSettings {
  const stream = openStream(['test', 'distance settings', number]);
  const either = <T>(...choices: readonly T[]): T => choices[stream.below(choices.length)]!;
  return settings({
    k: either(1, 2, 3, 5, 13, 100),
    beta: either(0, 0.001, 0.01, 1),
    betaScale: either('absolute', 'absolute', 'spread'),
    duplicates: either('distinct', 'rows'),
    precision: either('float64', 'float32'),
  });
}

/** Limits that leave most of what is acquired uncounted, fetch a row or two at a time, or are as they are. */
const drawLimits = (number: number): ComparisonLimits =>
  [{}, { countedAtOnce: 1, block: 1 }, { countedAtOnce: 0, block: 2 }, { block: 3 }][number % 4]!;

/** The next round after some picks: they are acquired, and gone from the pool and the measure. */
function nextRound(context: PolicyContext, picks: readonly { item: number }[]): PolicyContext {
  const gone = new Set(picks.map(({ item }) => item));
  const kept = Array.from(context.pool.keys()).filter((position) => !gone.has(context.pool[position]!));
  return {
    ...context,
    pool: Int32Array.from(kept, (position) => context.pool[position]!),
    acquired: Int32Array.from([...context.acquired, ...gone]),
    measures: { epistemic: Float64Array.from(kept, (position) => context.measures.epistemic![position]!) },
  };
}

/** A source that notes what is asked of it. */
function watch(source: NeighbourSource) {
  const calls: number[][] = [];
  const distances = (queries: Int32Array) => {
    calls.push([...queries]);
    return source.distances(queries);
  };
  return { calls, source: { ...source, distances } };
}

const fresh = (context: PolicyContext): PolicyContext => ({
  ...context,
  neighbours: { ...context.neighbours!, graph: { ...context.neighbours!.graph } },
});

describe('selectByAcquiredDistance()', () => {
  it('equals the formula in three rounds of 240 random instances, picks and scores to the last bit', async () => {
    for (const number of INSTANCES) {
      const chosen = drawSettings(number);
      let context = fresh(smallBatch(randomInstance(number)));
      for (let round = 0; round < 3; round++) {
        const slow = pickSlowlyByDistance(context, worldOf(number), chosen);
        const picks = await selectByAcquiredDistance(context, chosen, drawLimits(number));
        const found = picks.map(({ item, score }) => ({ item, score }));
        expect(found, `instance ${number}, round ${round}, ${JSON.stringify(chosen)}`).toEqual(slow);
        context = nextRound(context, picks);
      }
    }
  });

  it('equals the formula over several blocks of items with hundreds acquired and most of them uncounted', async () => {
    const world = randomWorld(0, { prompts: 150, items: 700 });
    const context = policyContext({
      pool: Int32Array.from(world.poolOrder.slice(100)),
      acquired: Int32Array.from(world.poolOrder.slice(0, 100)),
      promptOf: world.promptOf,
      batch: 12,
      measures: { epistemic: Float64Array.from(world.poolOrder.slice(100), (item) => world.epistemic[item]!) },
      neighbours: world.source,
    });
    for (const duplicates of ['distinct', 'rows'] as const) {
      const chosen = settings({ duplicates, beta: 0.02 });
      const slow = pickSlowlyByDistance(context, world, chosen).map(({ item }) => item);
      for (const limits of [{}, { countedAtOnce: 0, block: 5 }]) {
        const picks = await selectByAcquiredDistance(fresh(context), chosen, limits);
        expect(picks.map(({ item }) => item)).toEqual(slow);
      }
    }
  });

  it('picks the same from another state of the run than the lists kept with the graph lead to', async () => {
    const context = smallBatch(randomInstance(40));
    const later = nextRound(context, await selectByAcquiredDistance(context, settings()));
    await selectByAcquiredDistance(later, settings());
    for (const chosen of [settings(), settings({ k: 2 }), settings({ duplicates: 'rows' })]) {
      const again = await selectByAcquiredDistance(context, chosen);
      expect(again).toEqual(await selectByAcquiredDistance(fresh(context), chosen));
    }
  });

  it('keeps two selections over one graph at a time apart', async () => {
    const [one, other] = [smallBatch(randomInstance(40)), { ...smallBatch(randomInstance(40)), batch: 3 }];
    const both = await Promise.all([
      selectByAcquiredDistance(one, settings()),
      selectByAcquiredDistance(other, settings()),
    ]);
    expect(both).toEqual([
      await selectByAcquiredDistance(fresh(one), settings()),
      await selectByAcquiredDistance(fresh(other), settings()),
    ]);
  });

  it('compares each acquired prompt with the others once in all rounds', async () => {
    const watched = watch(randomInstance(40).neighbours!);
    let context: PolicyContext = { ...smallBatch(randomInstance(40)), batch: 4, neighbours: watched.source };
    for (let round = 0; round < 3; round++) {
      context = nextRound(context, await selectByAcquiredDistance(context, settings(), { block: 1 }));
    }
    const asked = watched.calls.flat();
    expect(asked.length).toBeGreaterThan(5);
    expect(new Set(asked).size).toBe(asked.length);
    expect(
      asked.every((prompt) => Array.from(context.acquired, (item) => context.promptOf[item]).includes(prompt)),
    ).toBe(true);
  });

  it('settles only candidates near the top when much is uncounted', async () => {
    const world = randomWorld(0, { prompts: 200, items: 200 });
    const watched = watch(world.source);
    const pool = Int32Array.from(world.poolOrder.slice(100));
    const context = policyContext({
      pool,
      acquired: Int32Array.from(world.poolOrder.slice(0, 100)),
      promptOf: world.promptOf,
      batch: 3,
      measures: { epistemic: Float64Array.from(pool, (_, position) => 1 / (1 + position)) },
      neighbours: watched.source,
    });
    await selectByAcquiredDistance(context, settings(), { countedAtOnce: 5, block: 1 });
    expect(watched.calls.flat().length).toBeLessThan(20);
  });

  it('lets U decide the first pick when nothing is acquired, and the farthest acquired until there are k', async () => {
    const notes: string[] = [];
    const context = policyContext({
      round: 1,
      pool: Int32Array.of(0, 1, 2, 3),
      promptOf: Int32Array.of(0, 1, 2, 3),
      batch: 3,
      measures: { epistemic: Float64Array.of(0.2, 0.3, 0.2, 0.2) },
      neighbours: buildNeighbourSource({ values: Float32Array.of(0, 1, 5, 6), dimension: 1 }, 4),
      note: (sentence) => notes.push(sentence),
    });
    const picks = await selectByAcquiredDistance(context, settings({ k: 2, beta: 1 }));
    expect(picks.map(({ item }) => item)).toEqual([1, 3, 0]);
    expect(picks[0]!.terms).toEqual({ epistemic: 0.3, distance: 0, entropy: 0, weighted: 0 });
    expect(picks[1]!.terms.distance).toBe(Math.log(2 * 5 + 1e-4));
    expect(picks[2]!.terms.distance).toBe(Math.log(2 * 6 + 1e-4));
    expect(notes).toEqual(['In round 1 fewer prompts are acquired (0) than k = 2: the farthest of them counts']);
  });

  it('counts copies of a prompt once or one by one', async () => {
    const context = policyContext({
      pool: Int32Array.of(0, 1),
      acquired: Int32Array.of(2, 3, 4),
      promptOf: Int32Array.of(0, 1, 0, 0, 2),
      measures: { epistemic: new Float64Array(2) },
      neighbours: buildNeighbourSource({ values: Float32Array.of(0, 1, 10), dimension: 1 }, 3),
    });
    const score = async (duplicates: 'distinct' | 'rows') =>
      (await selectByAcquiredDistance(context, settings({ k: 2, beta: 1, duplicates })))[0];
    // Second nearest acquired: of prompt 0 itself (a copy) and 10, of prompt 1 at 1 (a copy) and 9.
    expect(await score('distinct')).toMatchObject({ item: 0, score: Math.log(2 * 10 + 1e-4) });
    expect(await score('rows')).toMatchObject({ item: 1, score: Math.log(2 * 1 + 1e-4) });
  });

  it('refuses features that are not finite', async () => {
    const context = policyContext({
      pool: Int32Array.of(0, 1),
      acquired: Int32Array.of(2),
      promptOf: Int32Array.of(0, 1, 2),
      measures: { epistemic: new Float64Array(2) },
      neighbours: buildNeighbourSource({ values: Float32Array.of(0, NaN, 10), dimension: 1 }, 3),
    });
    await expect(selectByAcquiredDistance(context, settings())).rejects.toThrow(
      'Cannot find what is acquired near prompt 1: some distances are not finite, finite features are needed',
    );
  });
});
