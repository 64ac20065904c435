import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/acquisition/create-policy.ts';
import { lureWeights, type WeightedBatch } from '../../src/evaluation/lure-weights.ts';
import { openStream } from '../../src/random/stream.ts';
import { policyContext } from '../acquisition/policy-context.ts';

const SIZE = 10;
const RUNS = 4000;
const LOSS = Array.from({ length: SIZE }, (_, item) => ((3 * item) % 5) + (item === 1 ? 2 : 0));
const TRUTH = LOSS.reduce((sum, loss) => sum + loss, 0) / SIZE;

/** Batches of some sizes by a policy whose measure changes with what was acquired; the estimate weighs their losses. */
async function estimate(policy: string, options: object, run: number, weigh: boolean): Promise<number> {
  const stream = openStream(['test', 'lure', run]);
  let left = Array.from({ length: SIZE }, (_, item) => item);
  const acquired: number[] = [];
  const batches: WeightedBatch[] = [];
  for (const [round, batch] of [2, 1, 3].entries()) {
    const measures = { epistemic: Float64Array.from(left, (item) => 0.1 + ((3 * item) % 5) * (1 + acquired.length)) };
    const context = policyContext({
      pool: Int32Array.from(left),
      promptOf: new Int32Array(SIZE),
      batch,
      measures,
      stream,
    });
    const picks = await createPolicy(policy, { ...options }).select(context);
    batches.push({ round, inclusion: picks.map(({ inclusion }) => inclusion!) });
    acquired.push(...picks.map(({ item }) => item));
    left = left.filter((item) => !acquired.includes(item));
  }
  const weights = weigh ? lureWeights(SIZE, batches) : new Float64Array(acquired.length).fill(1);
  return acquired.reduce((sum, item, index) => sum + weights[index]! * LOSS[item]!, 0) / acquired.length;
}

async function standardScore(policy: string, options: object, weigh: boolean): Promise<number> {
  const estimates: number[] = [];
  for (let run = 0; run < RUNS; run++) estimates.push(await estimate(policy, options, run, weigh));
  const mean = estimates.reduce((sum, value) => sum + value, 0) / RUNS;
  const variance = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / RUNS;
  return (mean - TRUTH) / Math.sqrt(variance / RUNS);
}

describe('lureWeights()', () => {
  it.each([
    ['sample', {}],
    ['power', { beta: 2 }],
    ['best-of', { m: 2, randomShare: 0.5 }],
  ])('make the mean loss of labels acquired by %s %j unbiased, which it is not without', async (policy, options) => {
    expect(Math.abs(await standardScore(policy, options, true))).toBeLessThan(4);
    expect(Math.abs(await standardScore(policy, options, false))).toBeGreaterThan(6);
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
