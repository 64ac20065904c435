import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import type { Policy, PolicyContext } from '../../../src/acquisition/policy.ts';
import { openStream } from '../../../src/random/stream.ts';
import { policyContext } from '../oracles/policy-context.ts';

const DRAWS = 6000;
const SIZE = 12;
const MEASURE = [0.9, 0.4, 0.4, 0.3, 0.2, 0.2, 0.15, 0.1, 0.08, 0.05, 0.4, 0.02];

const contextWith = (epistemic: readonly number[], batch: number): PolicyContext =>
  policyContext({
    pool: Int32Array.from(epistemic, (_, position) => SIZE - position),
    promptOf: new Int32Array(SIZE + 1),
    batch,
    measures: { epistemic: Float64Array.from(epistemic) },
  });

/** Mean of 1/π over draws that have an item, less its standard error's multiple away from 1, for every item. */
async function standardScores(
  policy: Policy,
  context: PolicyContext,
  chance: (inclusion: number) => number = (inclusion) => inclusion,
): Promise<number[]> {
  const stream = openStream(['test', 'inclusion']);
  const [sums, squares] = [new Float64Array(SIZE), new Float64Array(SIZE)];
  for (let draw = 0; draw < DRAWS; draw++) {
    for (const { item, inclusion } of await policy.select({ ...context, stream })) {
      const value = 1 / chance(inclusion!);
      sums[SIZE - item]! += value;
      squares[SIZE - item]! += value ** 2;
    }
  }
  return Array.from(sums, (sum, position) => {
    const mean = sum / DRAWS;
    const variance = squares[position]! / DRAWS - mean ** 2;
    return variance < 1e-12 ? (mean - 1) * 1e6 : (mean - 1) / Math.sqrt(variance / DRAWS);
  });
}

/** Policies, and the items they can never pick: with fewer than m − 1 that are worse no group of m can be won. */
const RULES = [
  ['random', {}, []],
  ['best-of', { m: 2 }, [11]],
  ['best-of', { m: 3 }, [9, 11]],
  ['sample', {}, []],
  ['power', { beta: 2 }, []],
  ['power', { beta: 0.5, offset: 0.1 }, []],
  ['softmax', { beta: 3 }, []],
  ['soft-rank', { beta: 1 }, []],
  ['sample-then-rank', { block: 2 }, [11]],
] as const;
const SHARING = RULES.filter(([name]) => name !== 'random' && name !== 'sample-then-rank');

describe('inclusion probabilities', () => {
  it.each(RULES)('of %s %j weigh every item to 1 on average, and others do not', async (name, options, never) => {
    const policy = createPolicy(name, options);
    const scores = await standardScores(policy, contextWith(MEASURE, 4));
    for (const position of never) expect(scores[position]).toBe(-1e6);
    for (const score of scores.filter((_, position) => !(never as readonly number[]).includes(position)))
      expect(Math.abs(score)).toBeLessThan(4.5);
    const wrong = await standardScores(policy, contextWith(MEASURE, 4), (inclusion) => 0.9 * inclusion);
    expect(Math.max(...wrong)).toBeGreaterThan(4.5);
  });

  it.each(SHARING)('of %s %j with a random share do so too', async (name, options) => {
    for (const [randomShare, batch] of [
      [0.3, 4],
      [0.5, 3],
      [1, 3],
    ] as const) {
      const scores = await standardScores(createPolicy(name, { ...options, randomShare }), contextWith(MEASURE, batch));
      for (const score of scores) expect(Math.abs(score)).toBeLessThan(4.5);
    }
  });

  it('hold where some items have no weight: for certain, or for uniform draws of what is missing', async () => {
    const sparse = MEASURE.map((value, position) => (position < 3 ? value : 0));
    const scores = await standardScores(createPolicy('sample'), contextWith(sparse, 5));
    for (const score of scores) expect(Math.abs(score)).toBeLessThan(4.5);
    const shared = await standardScores(createPolicy('sample', { randomShare: 0.4 }), contextWith(sparse, 4));
    for (const score of shared) expect(Math.abs(score)).toBeLessThan(4.5);
  });

  it('are 1 when the batch takes the whole pool', async () => {
    for (const [name, options] of RULES) {
      const picks = await createPolicy(name, options).select(contextWith(MEASURE, 50));
      if (name !== 'sample-then-rank') expect(picks.map(({ inclusion }) => inclusion)).toEqual(Array(SIZE).fill(1));
    }
  });

  it('stay in (0, 1] where weights span all that a number can hold', async () => {
    const edges = [0, Number.MIN_VALUE, 1e-300, 1, 1e300, Number.MAX_VALUE];
    for (const name of ['sample', 'power', 'softmax', 'soft-rank', 'best-of']) {
      for (let batch = 1; batch <= 6; batch++) {
        const picks = await createPolicy(name).select(contextWith(edges, batch));
        for (const { inclusion } of picks) expect(inclusion! > 0 && inclusion! <= 1).toBe(true);
      }
    }
  });

  it('take as many items at random as the share says, rounded up, without scores', async () => {
    for (const [randomShare, batch, uniform] of [
      [0, 10, 0],
      [0.01, 10, 1],
      [0.07, 100, 1],
      [0.25, 10, 3],
      [1, 5, 5],
    ] as const) {
      const picks = await createPolicy('best-of', { m: 1, randomShare }).select(contextWith(MEASURE, batch));
      expect(picks.filter(({ score }) => score === null)).toHaveLength(uniform);
      expect(picks.slice(0, picks.length - uniform).every(({ score }) => score !== null)).toBe(true);
    }
  });

  it('are kept from a share beyond [0, 1]', () => {
    for (const randomShare of [-0.1, 1.1, NaN])
      expect(() => createPolicy('sample', { randomShare })).toThrow(/option 'randomShare' is refused/);
  });
});
