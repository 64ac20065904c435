import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLICIES } from '../../../src/acquisition/index.ts';
import type {
  FeatureSource,
  MeasureName,
  Pick,
  Policy,
  PolicyContext,
  SampleSource,
} from '../../../src/acquisition/policy.ts';
import { randomWorld } from '../oracles/random-world.ts';
import { contextOf, itemFeatures, SAMPLES, sampleSource } from '../oracles/sampled-world.ts';

const worldNumbers = fc.nat(400);
const RUNS = { numRuns: 25 };

const itemsOf = (picks: readonly Pick[]): number[] => picks.map((pick) => pick.item);

/** The same items under other numbers, in the same pool order. */
function renumber(context: PolicyContext): { context: PolicyContext; numberOf: (item: number) => number } {
  const size = context.promptOf.length;
  const numberOf = (item: number): number => size - 1 - item;
  const { samples, features } = context;
  const back = (items: Int32Array): Int32Array => items.map(numberOf);
  return {
    numberOf,
    context: {
      ...context,
      samples: samples && { ...samples, logits: (items) => samples.logits(back(items)) },
      features: features && renumberFeatures(features, back),
      pool: context.pool.map(numberOf),
      acquired: context.acquired.map(numberOf),
      promptOf: context.promptOf.slice().reverse(),
      groups: context.groups?.slice().reverse() ?? null,
    },
  };
}

const renumberFeatures = (source: FeatureSource, back: (items: Int32Array) => Int32Array): FeatureSource => ({
  dimension: source.dimension,
  rows: (items) => source.rows(back(items)),
  spread: (request) =>
    source.spread({ ...request, candidates: back(request.candidates), centres: back(request.centres) }),
  logDet: (request) => source.logDet({ ...request, candidates: back(request.candidates), known: back(request.known) }),
  clusters: (request) => source.clusters({ ...request, items: back(request.items) }),
});

/** Throws when anything is read that the policy did not declare. */
const onlyNeeded = (context: PolicyContext, { needs }: Policy): PolicyContext => ({
  ...context,
  measures: new Proxy(context.measures, {
    get: (measures, name) => {
      if (!needs.measures.some((needed) => needed === name))
        throw new Error(`'${String(name)}' was read and not declared`);
      return measures[name as MeasureName];
    },
  }),
  neighbours: needs.neighbours > 0 ? context.neighbours : null,
  samples: needs.samples ? context.samples && withTargets(context.samples, needs.targets) : null,
  features: needs.features === null ? null : context.features,
});

const withTargets = (samples: SampleSource, isNeeded: boolean): SampleSource =>
  isNeeded ? samples : { ...samples, targetLogits: null };

const law = (check: (number: number) => Promise<void>): Promise<void> =>
  fc.assert(fc.asyncProperty(worldNumbers, check), RUNS);

describe.each(POLICIES.map((definition) => [definition.name, definition] as const))('%s', (_, definition) => {
  const policy = definition.create(definition.options.parse({}));

  it('has defaults for every option and says what each is', () => {
    expect(definition.summary.length).toBeGreaterThan(10);
    for (const option of Object.values(definition.options.shape)) expect(option.description).toBeTruthy();
  });

  it('refuses an option it does not have', () => {
    expect(definition.options.safeParse({ nonsense: 1 }).success).toBe(false);
  });

  it('picks min(batch, pool) distinct items of the pool', () =>
    law(async (number) => {
      const context = contextOf(number);
      const items = itemsOf(await policy.select(context));
      expect(items).toHaveLength(Math.min(context.batch, context.pool.length));
      expect(new Set(items).size).toBe(items.length);
      for (const item of items) expect(context.pool).toContain(item);
    }));

  it('takes the whole pool when the batch is larger', () =>
    law(async (number) => {
      const context = contextOf(number, { batch: 1000 });
      expect(itemsOf(await policy.select(context)).sort()).toEqual([...context.pool].sort());
    }));

  it('picks nothing from an empty pool', async () => {
    const context = contextOf(1, { pool: new Int32Array(0), measures: {} });
    const measures = Object.fromEntries(policy.needs.measures.map((name) => [name, new Float64Array(0)]));
    expect(await policy.select({ ...context, measures })).toEqual([]);
  });

  it('picks the same again from an equal context', () =>
    law(async (number) => {
      expect(await policy.select(contextOf(number))).toEqual(await policy.select(contextOf(number)));
    }));

  it('reads nothing it did not declare and changes nothing it was given', () =>
    law(async (number) => {
      const context = contextOf(number);
      await policy.select(onlyNeeded(context, policy));
      const { pool, acquired, promptOf, measures } = contextOf(number);
      expect(context).toMatchObject({ pool, acquired, promptOf, measures });
    }));

  it('picks the same when sides a and b are swapped', () =>
    law(async (number) => {
      expect(await policy.select(contextOf(number, {}, { sign: -1 }))).toEqual(await policy.select(contextOf(number)));
    }));

  it('follows items under other numbers', () =>
    law(async (number) => {
      const renumbered = renumber(contextOf(number));
      const expected = itemsOf(await policy.select(contextOf(number))).map(renumbered.numberOf);
      expect(itemsOf(await policy.select(renumbered.context))).toEqual(expected);
    }));

  it('does not care in which order items were acquired', () =>
    law(async (number) => {
      const { acquired } = contextOf(number);
      const reversed = contextOf(number, { acquired: acquired.slice().reverse() });
      expect(await policy.select(reversed)).toEqual(await policy.select(contextOf(number)));
    }));

  it('gives finite numbers, or null for no score', () =>
    law(async (number) => {
      for (const { score, terms } of await policy.select(contextOf(number))) {
        expect(score === null || Number.isFinite(score)).toBe(true);
        expect(Object.values(terms).every(Number.isFinite)).toBe(true);
      }
    }));

  it('tells how likely every pick was, or why it does not', () =>
    law(async (number) => {
      const inclusions = (await policy.select(contextOf(number))).map(({ inclusion }) => inclusion);
      const known = inclusions.filter((inclusion) => inclusion !== undefined);
      expect(known.every((inclusion) => inclusion > 0 && inclusion <= 1)).toBe(true);
      if (known.length !== inclusions.length) expect([definition.noInclusion, known]).toEqual([expect.any(String), []]);
    }));

  it('counts all options that came later among those it has', () => {
    expect(Object.keys(definition.options.shape)).toEqual(expect.arrayContaining([...(definition.laterOptions ?? [])]));
  });

  it('refuses a measure that was not given or is not finite, naming measure and item', async () => {
    const context = contextOf(7, { batch: 1 }, { size: { prompts: 5, items: 12 } });
    for (const name of policy.needs.measures) {
      const { [name]: _absent, ...others } = context.measures;
      await expect(policy.select({ ...context, measures: others })).rejects.toThrow(
        `by '${name}': 0 values were given, ${context.pool.length} are needed`,
      );
      for (const wrong of [NaN, Infinity, -Infinity]) {
        const measures = { ...context.measures, [name]: context.measures[name]!.with(1, wrong) };
        await expect(policy.select({ ...context, measures })).rejects.toThrow(
          `by '${name}': item ${context.pool[1]} has ${wrong}, a finite number is needed`,
        );
      }
    }
  });

  it('refuses to go on without the neighbours it asked for', async () => {
    if (policy.needs.neighbours === 0) return;
    await expect(policy.select(contextOf(7, { neighbours: null }))).rejects.toThrow('no neighbour graph came');
  });

  it('is alive: picks differently from different pools', async () => {
    const picksOf = async (number: number): Promise<string> =>
      itemsOf(await policy.select(contextOf(number, { batch: 8 }, { size: { prompts: 40, items: 80 } }))).join();
    const numbers = [0, 1, 2, 3, 4, 5, 6, 7];
    expect(new Set(await Promise.all(numbers.map(picksOf))).size).toBe(numbers.length);
  });

  it('breaks ties by pool order unless it draws at random', async () => {
    if (policy.needs.measures.length === 0 && policy.needs.neighbours === 0) return;
    const pool = Int32Array.of(4, 1, 3, 0, 2);
    const measures = Object.fromEntries(policy.needs.measures.map((name) => [name, new Float64Array(5).fill(0.2)]));
    const onePoint = randomWorld(3, { prompts: 5, items: 5 });
    const context = contextOf(3, {
      pool,
      acquired: new Int32Array(0),
      batch: 5,
      measures,
      promptOf: onePoint.promptOf,
      samples: sampleSource((items) => new Float32Array(SAMPLES * items.length).fill(0.3), new Float32Array(0)),
      features: itemFeatures(onePoint, 1),
    });
    const watched = watchStream({ ...context, neighbours: onePoint.source, groups: null });
    const items = itemsOf(await policy.select(watched.context));
    expect(items.toSorted()).toEqual([0, 1, 2, 3, 4]);
    if (!watched.drew()) expect(items).toEqual([...pool]);
  });
});

/** The context, and whether anything was drawn from its stream. */
function watchStream(context: PolicyContext): { context: PolicyContext; drew: () => boolean } {
  let drew = false;
  const stream = new Proxy(context.stream, {
    get: (draws, name) => {
      drew = true;
      return draws[name as keyof typeof draws];
    },
  });
  return { context: { ...context, stream }, drew: () => drew };
}

it('POLICIES has distinct names', () => {
  expect(new Set(POLICIES.map((policy) => policy.name)).size).toBe(POLICIES.length);
});
