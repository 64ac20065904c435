import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { pickByBruteForce } from '../oracles/greedy-oracle.ts';
import { contextOf, rowOf, sampledWorld } from '../oracles/sampled-world.ts';

const euclidean = (one: readonly number[], other: readonly number[]): number =>
  Math.hypot(...one.map((value, axis) => value - other[axis]!));

/** Distance of an item to the nearest of some others, +inf to none. */
const toNearest = (number: number) => {
  const world = sampledWorld(number);
  return (item: number, others: readonly number[]): number =>
    Math.min(Infinity, ...others.map((other) => euclidean(rowOf(world, item), rowOf(world, other))));
};

describe('k-center', () => {
  it('picks pairs as brute force does on 200 random pools', async () => {
    for (let number = 0; number < 200; number++) {
      const context = contextOf(number);
      const distance = toNearest(number);
      const expected = pickByBruteForce({
        items: Array.from(context.pool),
        picks: context.batch,
        scoreOf: (item, picked) => distance(item, [...context.acquired, ...picked]),
      });
      const picks = await createPolicy('k-center', { space: 'pair' }).select(context);
      expect(picks.map(({ item }) => item)).toEqual(expected);
      picks.forEach(({ item, score }, index) => {
        const before = [...context.acquired, ...expected.slice(0, index)];
        if (before.length === 0) expect(score).toBeNull();
        else expect(score).toBeCloseTo(distance(item, before), 9);
      });
    }
  });

  it('picks prompts as brute force does, the first item of each, then further items in pool order', async () => {
    for (let number = 0; number < 200; number++) {
      const context = contextOf(number, { batch: 1 + (number % 30) });
      const { promptOf } = context;
      const distance = toNearest(number);
      const pool = Array.from(context.pool);
      const firsts = pool.filter(
        (item, position) => pool.findIndex((one) => promptOf[one] === promptOf[item]) === position,
      );
      const spread = pickByBruteForce({
        items: firsts,
        picks: context.batch,
        scoreOf: (item, picked) => distance(item, [...context.acquired, ...picked]),
      });
      const copies = pool.filter((item) => !spread.includes(item));
      const picks = await createPolicy('k-center').select(context);
      expect(picks.map(({ item }) => item)).toEqual([...spread, ...copies].slice(0, context.batch));
    }
  });

  it('leaves nothing farther from a centre than twice the best cover', async () => {
    for (let number = 0; number < 40; number++) {
      const context = contextOf(number, { acquired: new Int32Array(0), batch: 2 });
      const distance = toNearest(number);
      const pool = Array.from(context.pool);
      const cover = (centres: readonly number[]): number => Math.max(...pool.map((item) => distance(item, centres)));
      const best = Math.min(...pool.flatMap((one) => pool.map((other) => cover([one, other]))));
      const picks = await createPolicy('k-center', { space: 'pair' }).select(context);
      expect(cover(picks.map(({ item }) => item))).toBeLessThanOrEqual(2 * best + 1e-9);
    }
  });

  it('chooses among so many candidates, drawn at random', async () => {
    const [context, again] = [contextOf(15, { batch: 1 }), contextOf(15, { batch: 1 })];
    const [all] = await createPolicy('k-center').select(context);
    const few = await createPolicy('k-center', { candidates: 1 }).select(again);
    expect(few).toHaveLength(1);
    expect(few[0]?.item).not.toBe(all?.item);
  });
});
