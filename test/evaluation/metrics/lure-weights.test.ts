import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { lureWeights, type WeightedBatch } from '../../../src/evaluation/metrics/lure-weights.ts';
import { openStream } from '../../../src/random/stream.ts';
import { policyContext } from '../../acquisition/oracles/policy-context.ts';

const SIZE = 10;
const RUNS = 4000;
const LOSS = Array.from({ length: SIZE }, (_, item) => 1 + ((3 * item) % 5) + (item === 1 ? 2 : 0));
const TRUTH = LOSS.reduce((sum, loss) => sum + loss, 0) / SIZE;

/** How batches are chosen, and what is made of their inclusion probabilities. */
interface Rule {
  readonly policy: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Sizes of the batches; 'random' ones are slices for control. */
  readonly batches: readonly (readonly ['picks' | 'random', number])[];
  readonly weigh: (batches: readonly WeightedBatch[]) => Float64Array;
}

const SIZES: Rule['batches'] = [2, 1, 3].map((size) => ['picks', size]);
const WEIGHED: Rule['weigh'] = (batches) => lureWeights(SIZE, batches);
const UNWEIGHED: Rule['weigh'] = (batches) => WEIGHED(batches).fill(1);

/** Batches by a policy whose measure changes with what was acquired; the estimate weighs their losses. */
async function estimate({ policy, options, batches: asked, weigh }: Rule, run: number): Promise<number> {
  const stream = openStream(['test', 'lure', run]);
  let left = Array.from({ length: SIZE }, (_, item) => item);
  const acquired: number[] = [];
  const batches: WeightedBatch[] = [];
  for (const [round, [kind, batch]] of asked.entries()) {
    const measures = { epistemic: Float64Array.from(left, (item) => 0.1 + ((3 * item) % 5) * (1 + acquired.length)) };
    const context = policyContext({
      pool: Int32Array.from(left),
      promptOf: new Int32Array(SIZE),
      batch,
      measures,
      stream,
    });
    const picks = await createPolicy(kind === 'random' ? kind : policy, kind === 'random' ? {} : options).select(
      context,
    );
    batches.push({ round, inclusion: picks.map(({ inclusion }) => inclusion!) });
    acquired.push(...picks.map(({ item }) => item));
    left = left.filter((item) => !acquired.includes(item));
  }
  const weights = weigh(batches);
  return acquired.reduce((sum, item, index) => sum + weights[index]! * LOSS[item]!, 0) / acquired.length;
}

async function standardScore(rule: Rule): Promise<number> {
  const estimates: number[] = [];
  for (let run = 0; run < RUNS; run++) estimates.push(await estimate(rule, run));
  const mean = estimates.reduce((sum, value) => sum + value, 0) / RUNS;
  const variance = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / RUNS;
  return (mean - TRUTH) / Math.sqrt(variance / RUNS);
}

/** Every two batches as one. */
const inPairs = (batches: readonly WeightedBatch[]): WeightedBatch[] =>
  batches.flatMap(({ round, inclusion }, index) =>
    index % 2 === 1 ? [] : [{ round, inclusion: [...inclusion!, ...batches[index + 1]!.inclusion!] }],
  );

describe('lureWeights()', () => {
  it.each([
    ['sample', {}],
    ['power', { beta: 2 }],
    ['best-of', { m: 2, randomShare: 0.5 }],
  ])('make the mean loss of labels acquired by %s %j unbiased, which it is not without', async (policy, options) => {
    const rule = { policy, options, batches: SIZES };
    expect(Math.abs(await standardScore({ ...rule, weigh: WEIGHED }))).toBeLessThan(4);
    expect(Math.abs(await standardScore({ ...rule, weigh: UNWEIGHED }))).toBeGreaterThan(6);
  });

  it('are unbiased for slices for control and the picks they leave as batches of their own, not as one', async () => {
    const sizes = [1, 2, 2, 1].map((size, index) => [index % 2 === 0 ? 'random' : 'picks', size] as const);
    const rule = { policy: 'sample', options: {}, batches: sizes };
    expect(Math.abs(await standardScore({ ...rule, weigh: WEIGHED }))).toBeLessThan(4);
    expect(Math.abs(await standardScore({ ...rule, weigh: (batches) => WEIGHED(inPairs(batches)) }))).toBeGreaterThan(
      6,
    );
  });

  it('stay biased where a rule never picks some items', async () => {
    const rule = { policy: 'best-of', options: { m: 2 }, batches: SIZES, weigh: WEIGHED };
    expect(Math.abs(await standardScore(rule))).toBeGreaterThan(6);
  });

  it('are 1 for random batches of any sizes', () => {
    const batches = [4, 1, 3, 2].map((size, round, sizes) => {
      const before = sizes.slice(0, round).reduce((sum, earlier) => sum + earlier, 0);
      return { round, inclusion: Array<number>(size).fill(size / (20 - before)) };
    });
    for (const weight of lureWeights(20, batches)) expect(weight).toBeCloseTo(1, 12);
  });

  it('are those of the paper for draws one by one', () => {
    const chances = [0.05, 0.3, 0.2];
    const weights = lureWeights(
      9,
      chances.map((chance, round) => ({ round, inclusion: [chance] })),
    );
    const paper = chances.map((q, index) => {
      const m = index + 1;
      return 1 + ((9 - 3) / (9 - m)) * (1 / ((9 - m + 1) * q) - 1);
    });
    expect([...weights]).toEqual(paper);
  });

  it('are 1 when the pool is labelled whole, and none without labels', () => {
    expect([
      ...lureWeights(3, [
        { round: 0, inclusion: [0.5] },
        { round: 1, inclusion: [1, 1] },
      ]),
    ]).toEqual([1, 1, 1]);
    expect(lureWeights(3, [])).toHaveLength(0);
  });

  it('refuse a batch without inclusion probabilities, naming its round', () => {
    expect(() =>
      lureWeights(5, [
        { round: 0, inclusion: [0.2] },
        { round: 1, inclusion: null },
      ]),
    ).toThrow('Cannot weigh the labels by how likely they were: the batch of round 1 has no inclusion probabilities');
  });
});
