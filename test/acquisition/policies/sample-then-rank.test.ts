import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import type { PolicyContext } from '../../../src/acquisition/policy.ts';
import { drawWithoutReplacement } from '../../../src/random/stream.ts';
import { expectFrequencies } from '../oracles/batch-frequencies.ts';
import { policyContext } from '../oracles/policy-context.ts';
import { INSTANCES, randomInstance } from '../oracles/random-instance.ts';

/** The rule with sets of items instead of positions, from the same shuffles. */
function pickSlowly({ pool, batch, measures, stream }: PolicyContext, block: number): number[] {
  const valueOf = new Map(Array.from(pool, (item, position) => [item, measures.epistemic![position]!]));
  const order = [...pool];
  const picks: number[] = [];
  let left = [...pool];
  while (picks.length < batch && left.length > 0) {
    const shuffled = drawWithoutReplacement(stream, left, left.length);
    const blocks = Array.from({ length: Math.ceil(left.length / block) }, (_, number) =>
      shuffled.filter((_item, index) => Math.floor(index / block) === number),
    );
    const winners = blocks.map((items) => {
      const best = Math.max(...items.map((item) => valueOf.get(item)!));
      return order.find((item) => items.includes(item) && valueOf.get(item) === best)!;
    });
    picks.push(...drawWithoutReplacement(stream, winners, batch - picks.length));
    left = left.filter((item) => !picks.includes(item));
  }
  return picks;
}

/** Every order of some positions. */
const permutations = (positions: readonly number[]): number[][] =>
  positions.length === 0
    ? [[]]
    : positions.flatMap((first) => permutations(positions.filter((p) => p !== first)).map((rest) => [first, ...rest]));

/** Ordered batches of two winners of blocks of two, by enumeration of all shuffles. */
function exactBatches(values: readonly number[]): Map<string, number> {
  const probabilities = new Map<string, number>();
  const shuffles = permutations([...values.keys()]);
  for (const shuffle of shuffles) {
    const winners = [shuffle.slice(0, 2), shuffle.slice(2, 4), shuffle.slice(4)].map(
      (block) => block.toSorted((a, b) => values[b]! - values[a]! || a - b)[0]!,
    );
    for (const one of winners) {
      for (const two of winners) {
        if (one === two) continue;
        const batch = `${one},${two}`;
        probabilities.set(batch, (probabilities.get(batch) ?? 0) + 1 / (6 * shuffles.length));
      }
    }
  }
  return probabilities;
}

const contextWith = (epistemic: readonly number[]): PolicyContext =>
  policyContext({
    pool: Int32Array.of(8, 6, 4, 2, 0),
    promptOf: new Int32Array(9),
    batch: 2,
    measures: { epistemic: Float64Array.from(epistemic) },
  });

describe('sample-then-rank', () => {
  it('equals the slow rule from the same shuffles in 240 random instances', async () => {
    for (const number of INSTANCES) {
      const block = [16, 3, 1, 5][number % 4]!;
      const picks = await createPolicy('sample-then-rank', { block }).select(randomInstance(number));
      const items = pickSlowly(randomInstance(number), block);
      expect(
        picks.map((pick) => pick.item),
        `instance ${number}`,
      ).toEqual(items);
    }
  });

  it('draws ordered batches as often as all shuffles together say, ties to the earlier in the pool', async () => {
    await expectFrequencies(createPolicy('sample-then-rank', { block: 2 }), contextWith([0.2, 0.3, 0.2, 0.1, 0.4]), {
      exact: exactBatches([0.2, 0.3, 0.2, 0.1, 0.4]),
      different: exactBatches([0.2, 0.3, 0.25, 0.1, 0.4]),
    });
  });

  it('never picks the worst item of a block while another block has a winner', async () => {
    const picks = await createPolicy('sample-then-rank', { block: 5 }).select(contextWith([0, 0, 0, 0.5, 0]));
    expect(picks[0]).toEqual({ item: 2, score: 0.5, terms: { epistemic: 0.5 } });
  });

  it('shuffles what is left again when the blocks are fewer than the batch, and says so', async () => {
    const notes: string[] = [];
    const context = {
      ...contextWith([1, 2, 3, 4, 5]),
      round: 3,
      note: (sentence: string) => void notes.push(sentence),
    };
    const picks = await createPolicy('sample-then-rank').select(context);
    expect(picks.map((pick) => pick.item)).toEqual([0, 2]);
    expect(notes).toEqual([
      'In round 3 the pool makes fewer blocks (1) than there are items to pick (2): what is left is shuffled again',
    ]);
  });
});
