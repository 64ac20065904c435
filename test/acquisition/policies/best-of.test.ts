import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { drawBestOf } from '../../../src/acquisition/kernels/draw-best-of.ts';
import type { PolicyContext } from '../../../src/acquisition/policy.ts';
import { drawWithoutReplacement } from '../../../src/random/stream.ts';
import { expectFrequencies } from '../oracles/batch-frequencies.ts';
import { everyPermutation } from '../oracles/every-permutation.ts';
import { policyContext } from '../oracles/policy-context.ts';
import { INSTANCES, randomInstance } from '../oracles/random-instance.ts';

const contextWith = (epistemic: readonly number[], parts: Partial<PolicyContext> = {}): PolicyContext =>
  policyContext({
    pool: Int32Array.from(epistemic, (_, position) => 10 - position),
    promptOf: new Int32Array(11),
    measures: { epistemic: Float64Array.from(epistemic) },
    ...parts,
  });

/** The best position of some, the earlier on ties. */
const bestOf = (values: readonly number[], positions: readonly number[]): number =>
  positions.toSorted((a, b) => values[b]! - values[a]! || a - b)[0]!;

/** Every ordered batch with its probability, by enumeration of all shuffles of the pool. */
function exactBatches(values: readonly number[], groups: number, m: number): Map<string, number> {
  const shuffles = everyPermutation([...values.keys()]);
  const probabilities = new Map<string, number>();
  for (const shuffle of shuffles) {
    const batch = Array.from({ length: groups }, (_, group) =>
      bestOf(values, shuffle.slice(group * m, (group + 1) * m)),
    ).join();
    probabilities.set(batch, (probabilities.get(batch) ?? 0) + 1 / shuffles.length);
  }
  return probabilities;
}

/** Probability that each position is in the batch. */
const inclusionOf = (batches: ReadonlyMap<string, number>, size: number): number[] =>
  Array.from({ length: size }, (_, position) =>
    [...batches].reduce(
      (sum, [batch, probability]) => sum + (batch.split(',').map(Number).includes(position) ? probability : 0),
      0,
    ),
  );

describe('best-of', () => {
  it('equals slow picks from the same draws in 240 random instances', async () => {
    for (const number of INSTANCES) {
      const m = 1 + (number % 6);
      const picks = await createPolicy('best-of', { m }).select(randomInstance(number));
      const { pool, batch, measures, stream } = randomInstance(number);
      const groups = Math.min(batch, pool.length);
      const size = Math.min(m, Math.floor(pool.length / groups));
      const values = [...measures.epistemic!];
      const drawn = drawWithoutReplacement(stream, [...values.keys()], groups * size);
      const slow = Array.from({ length: groups }, (_, group) =>
        bestOf(
          values,
          drawn.filter((_position, index) => Math.floor(index / size) === group),
        ),
      );
      expect(
        picks.map(({ item }) => item),
        `instance ${number}`,
      ).toEqual(slow.map((position) => pool[position]!));
    }
  });

  it('picks ordered batches as often as all shuffles say', async () => {
    const values = [0.3, 0.1, 0.3, 0.5, 0.2, 0.05];
    await expectFrequencies(createPolicy('best-of', { m: 2 }), contextWith(values, { batch: 2 }), {
      exact: exactBatches(values, 2, 2),
      different: exactBatches(values, 2, 3),
    });
  });

  it('knows the inclusion probability of every item, ties included, as all shuffles say', () => {
    for (const [values, groups, m] of [
      [[0.3, 0.1, 0.3, 0.5, 0.2, 0.05, 0.3], 2, 3],
      [[0.3, 0.1, 0.3, 0.5, 0.2, 0.05, 0.3], 3, 2],
      [[0, 0, 0, 0, 0], 1, 4],
      [[5, 4, 3, 2, 1, 0], 2, 1],
      [[1, 2, 3], 1, 3],
    ] as const) {
      const context = contextWith(values, { batch: groups });
      const { describe: facts } = drawBestOf(context, {
        measure: 'epistemic',
        values: context.measures.epistemic!,
        group: m,
      });
      const exact = inclusionOf(exactBatches(values, groups, m), values.length);
      const found = facts([...values.keys()]).map(({ inclusion }) => inclusion);
      found.forEach((inclusion, position) => expect(inclusion).toBeCloseTo(exact[position]!, 12));
    }
  });

  it('makes groups of equal size when the pool is too small for those asked for, and says so', async () => {
    const notes: string[] = [];
    const values = [0.3, 0.1, 0.4, 0.5, 0.2];
    const context = contextWith(values, { batch: 2, round: 3, note: (sentence) => notes.push(sentence) });
    const picks = await createPolicy('best-of', { m: 4 }).select(context);
    const exact = inclusionOf(exactBatches(values, 2, 2), 5);
    for (const { item, inclusion } of picks) expect(inclusion).toBeCloseTo(exact[10 - item]!, 12);
    expect(notes).toEqual(['In round 3 the pool (5 items) is too small for 2 groups of 4: each has 2']);
  });

  it('takes all items, each for certain, when the batch is as large as the pool', async () => {
    const picks = await createPolicy('best-of').select(contextWith([0.1, 0.2, 0.3], { batch: 3 }));
    expect(picks.map(({ inclusion }) => inclusion)).toEqual([1, 1, 1]);
  });

  it('explains a pick by measure, rank and inclusion probability', async () => {
    const [pick] = await createPolicy('best-of', { m: 4 }).select(contextWith([0.1, 0.4, 0.3, 0.2]));
    expect(pick).toEqual({ item: 9, score: 0.4, terms: { epistemic: 0.4, rank: 1 }, inclusion: 1 });
  });

  it('refuses groups without items', () => {
    for (const m of [0, -1, 1.5, NaN]) {
      expect(() => createPolicy('best-of', { m })).toThrow(/Cannot use policy 'best-of': option 'm' is refused/);
    }
  });
});
