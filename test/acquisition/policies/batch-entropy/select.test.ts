import { describe, expect, it } from 'vitest';
import {
  effectiveWeight,
  type KsgSettings,
  selectByEntropy,
  uncertaintyOf,
} from '../../../../src/acquisition/policies/batch-entropy/select.ts';
import { PRESETS } from '../../../../src/acquisition/policies/batch-entropy/switches.ts';
import type { NeighbourSource, PolicyContext } from '../../../../src/acquisition/policy.ts';
import { openStream } from '../../../../src/random/stream.ts';
import { buildNeighbourSource } from '../../../../src/standalone/in-process/neighbour-graph.ts';
import { selectByBruteForce } from '../../oracles/brute-force.ts';
import { policyContext } from '../../oracles/policy-context.ts';
import { type RandomWorld, randomWorld } from '../../oracles/random-world.ts';

const settings = (parts: Partial<KsgSettings> = {}): KsgSettings => ({
  k: 3,
  beta: 0.01,
  betaScale: 'absolute',
  digammaDivisor: 1,
  standardise: false,
  switches: PRESETS.paper,
  ...parts,
});

/** Settings of instance `number`: presets first, then every switch, weight and k on its own draw. */
function drawSettings(number: number): KsgSettings {
  const stream = openStream(['test', 'settings', number]);
  const either = <T>(...choices: readonly T[]): T => choices[stream.below(choices.length)]!;
  const mixed = {
    neighbourScope: either('all', 'pool'),
    selfCounts: either(true, false),
    shiftPoolRows: either(true, false, false),
    duplicates: either('distinct', 'rows'),
    precision: either('float64', 'float32'),
  } as const;
  return settings({
    k: 1 + stream.below(30),
    beta: either(0, 0.001, 0.01, 1),
    betaScale: either('absolute', 'absolute', 'spread'),
    digammaDivisor: either(1, 16),
    standardise: either(true, false, false, false),
    switches: either<KsgSettings['switches']>(PRESETS.paper, PRESETS.reference, mixed),
  });
}

function contextAt(world: RandomWorld, picked: readonly number[], parts: Partial<PolicyContext> = {}): PolicyContext {
  const gone = new Set(picked);
  const pool = Int32Array.from(world.poolOrder.filter((item) => !gone.has(item)));
  return policyContext({
    pool,
    promptOf: world.promptOf,
    acquired: Int32Array.from([...world.acquired, ...picked]),
    batch: 5,
    measures: { epistemic: Float64Array.from(pool, (item) => world.epistemic[item]!) },
    neighbours: world.source,
    ...parts,
  });
}

const itemsOf = async (context: PolicyContext, chosen: KsgSettings): Promise<number[]> =>
  (await selectByEntropy(context, chosen)).map((pick) => pick.item);

const countingQueries = (source: NeighbourSource): { source: NeighbourSource; queries: () => number } => {
  let queries = 0;
  const distances = (prompts: Int32Array) => {
    queries += prompts.length;
    return source.distances(prompts);
  };
  return { source: { ...source, distances }, queries: () => queries };
};

describe('selectByEntropy()', () => {
  const numbers = Array.from({ length: 208 }, (_, number) => number);

  it('equals brute force from the formula in three rounds of 208 random worlds', async () => {
    for (const number of numbers) {
      const world = randomWorld(number);
      const chosen = drawSettings(number);
      const picked: number[] = [];
      for (let round = 0; round < 3; round++) {
        const context = contextAt(world, picked, { round });
        const fast = await itemsOf(context, chosen);
        const slow = selectByBruteForce({ context, features: world.features, settings: chosen });
        expect(fast, `world ${number}, round ${round}, ${JSON.stringify(chosen)}`).toEqual(slow);
        picked.push(...fast);
      }
    }
  });

  it.each([false, true])('equals brute force over several blocks of items with standardise %s', async (standardise) => {
    const world = randomWorld(0, { prompts: 150, items: 400 });
    const chosen = settings({ standardise, beta: 0.02 });
    const context = contextAt(world, [], { batch: 8 });
    const slow = selectByBruteForce({ context, features: world.features, settings: chosen });
    expect(await itemsOf(context, chosen)).toEqual(slow);
  });

  it('covers by those worlds: exhausted rows, ties, k above the pool, emptied pools', async () => {
    let extended = 0;
    let clamped = 0;
    let emptied = 0;
    for (const number of numbers) {
      const world = randomWorld(number);
      const counted = countingQueries(world.source);
      const context = contextAt(world, [], { neighbours: counted.source, note: () => clamped++ });
      const picks = await itemsOf(context, drawSettings(number));
      extended += counted.queries();
      if (picks.length === context.pool.length) emptied++;
    }
    expect(extended).toBeGreaterThan(200);
    expect(clamped).toBeGreaterThan(50);
    expect(emptied).toBeGreaterThan(20);
  });

  it('picks the same whether its caches are warm or cold', async () => {
    for (const number of numbers.slice(0, 60)) {
      const world = randomWorld(number);
      const chosen = drawSettings(number);
      const first = await itemsOf(contextAt(world, []), chosen);
      const warm = await itemsOf(contextAt(world, first), chosen);
      const cold = { ...world.source, graph: { ...world.source.graph } };
      expect(await itemsOf(contextAt(world, first, { neighbours: cold }), chosen)).toEqual(warm);
    }
  });

  it('picks the same however many neighbours the graph lists', async () => {
    const world = randomWorld(40);
    const prompts = world.source.graph.size;
    const all = await itemsOf(
      contextAt(world, [], { neighbours: buildNeighbourSource(world.features, prompts) }),
      settings(),
    );
    for (let neighbours = 1; neighbours < prompts; neighbours++) {
      const source = buildNeighbourSource(world.features, neighbours);
      expect(await itemsOf(contextAt(world, [], { neighbours: source }), settings())).toEqual(all);
    }
  });

  it('asks for no distances when every row proves its k-th, and once for a row that does not', async () => {
    const world = randomWorld(40);
    const wide = countingQueries(buildNeighbourSource(world.features, world.source.graph.size));
    await itemsOf(contextAt(world, [], { neighbours: wide.source }), settings());
    expect(wide.queries()).toBe(0);
    const narrow = countingQueries(buildNeighbourSource(world.features, 3));
    await itemsOf(contextAt(world, [], { neighbours: narrow.source }), settings());
    const once = narrow.queries();
    await itemsOf(contextAt(world, [], { neighbours: narrow.source }), settings());
    expect(once).toBeGreaterThan(0);
    expect(narrow.queries()).toBe(once);
  });

  it('explains a score by terms that add up to it', async () => {
    const [pick] = await selectByEntropy(contextAt(randomWorld(8), []), settings({ beta: 0.5, digammaDivisor: 16 }));
    const { epistemic, distance, digamma, entropy, weighted } = pick!.terms as Record<string, number>;
    expect(entropy).toBe(distance! - digamma!);
    expect(weighted).toBe(0.5 * entropy!);
    expect(pick!.score).toBe(epistemic! + weighted!);
  });

  it('adds another measure in the place of epistemic uncertainty, under its own name', async () => {
    const context = contextAt(randomWorld(5), []);
    const renamed = { ...context, measures: { lru: context.measures.epistemic! } };
    const [usual, other] = await Promise.all([
      selectByEntropy(context, settings()),
      selectByEntropy(renamed, settings({ measure: 'lru' })),
    ]);
    expect(other.map(({ item }) => item)).toEqual(usual.map(({ item }) => item));
    expect(other[0]?.terms['lru']).toBe(usual[0]?.terms['epistemic']);
    expect(other[0]?.terms).not.toHaveProperty('epistemic');
  });

  it('says so when there are fewer neighbours than k', async () => {
    const notes: string[] = [];
    const pool = Int32Array.of(0, 1, 2);
    const context = policyContext({
      round: 4,
      pool,
      promptOf: Int32Array.of(0, 1, 2),
      measures: { epistemic: Float64Array.of(0.1, 0.2, 0.3) },
      neighbours: buildNeighbourSource({ values: Float32Array.of(0, 1, 2), dimension: 1 }, 3),
      note: (sentence) => notes.push(sentence),
    });
    await selectByEntropy(context, settings({ k: 13 }));
    expect(notes).toEqual(['In round 4 an item has 2 neighbours, fewer than k = 13: all of them are used']);
  });

  it('refuses to go on without a graph', async () => {
    await expect(selectByEntropy(contextAt(randomWorld(0), [], { neighbours: null }), settings())).rejects.toThrow(
      'Cannot select: no neighbour graph came, what the policy declared is needed',
    );
  });

  it('picks nothing from an empty pool', async () => {
    const context = policyContext({
      pool: new Int32Array(0),
      promptOf: Int32Array.of(0),
      neighbours: randomWorld(3).source,
    });
    expect(await selectByEntropy(context, settings())).toEqual([]);
  });
});

describe('effectiveWeight()', () => {
  it('is beta when the scale is absolute', () => {
    expect(effectiveWeight({ beta: 0.2, betaScale: 'absolute' }, Float64Array.of(1, 3))).toBe(0.2);
  });

  it('is beta times the standard deviation of U when the scale is its spread', () => {
    expect(effectiveWeight({ beta: 0.2, betaScale: 'spread' }, Float64Array.of(1, 5))).toBe(0.4);
  });

  it('follows U, so that scaling U does not change which term wins', () => {
    const options = { beta: 0.2, betaScale: 'spread' } as const;
    const weight = effectiveWeight(options, Float64Array.of(0.01, 0.03, 0.011));
    expect(effectiveWeight(options, Float64Array.of(0.04, 0.12, 0.044))).toBeCloseTo(4 * weight, 15);
  });

  it.each([
    ['is constant', [0.25, 0.25, 0.25]],
    ['differs by rounding only', [0.3, 0.1 + 0.2, 0.3]],
    ['is 0', [0, 0]],
    ['varies beyond what a number can hold', [0, 1e200, 1e300]],
  ])('is beta when U %s', (_, values) => {
    expect(effectiveWeight({ beta: 0.2, betaScale: 'spread' }, Float64Array.from(values))).toBe(0.2);
  });
});

const context = policyContext({
  pool: Int32Array.of(4, 7),
  promptOf: new Int32Array(8),
  measures: { epistemic: Float64Array.of(0.1, 1e300) },
});

describe('uncertaintyOf()', () => {
  it('gives float64 as it is', () => {
    expect(uncertaintyOf(context, 'epistemic', { precision: 'float64' })).toEqual(Float64Array.of(0.1, 1e300));
  });

  it('rounds to float32 when asked', () => {
    const small = { ...context, measures: { epistemic: Float64Array.of(0.1, 0.25) } };
    expect([...uncertaintyOf(small, 'epistemic', { precision: 'float32' })]).toEqual([Math.fround(0.1), 0.25]);
  });

  it('refuses a value that float32 cannot hold, naming the item', () => {
    expect(() => uncertaintyOf(context, 'epistemic', { precision: 'float32' })).toThrow(
      "Cannot rank the pool by 'epistemic': item 7 has 1e+300, a number that float32 can hold (precision=float32) is needed",
    );
  });
});
