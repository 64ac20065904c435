import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../../src/acquisition/create-policy.ts';
import type { PolicyContext } from '../../../../src/acquisition/policy.ts';
import { buildNeighbourSource } from '../../../../src/standalone/in-process/neighbour-graph.ts';
import { pickByBruteForce } from '../../oracles/greedy-oracle.ts';
import { contextOf, rowOf, sampledWorld } from '../../oracles/sampled-world.ts';

/** Whether one item's ball of that radius holds another: by features, at item level. */
function coverBy(number: number, radius: number) {
  const world = sampledWorld(number);
  return (item: number, other: number): boolean => {
    const [one, two] = [rowOf(world, item), rowOf(world, other)];
    return Math.sqrt(one.reduce((sum, value, axis) => sum + (value - two[axis]!) ** 2, 0)) <= radius;
  };
}

const whole = (number: number, parts: Partial<PolicyContext> = {}): PolicyContext =>
  contextOf(number, { neighbours: buildNeighbourSource(sampledWorld(number).features, 64), ...parts });

describe('probcover', () => {
  it('covers as brute force does on 200 random pools, then draws from the rest', async () => {
    for (let number = 0; number < 200; number++) {
      // 1 is a distance many prompts of a lattice are at.
      const radius = [0.5, 1, 2, 1e-6][number % 4]!;
      const context = whole(number);
      const covers = coverBy(number, radius);
      const pool = Array.from(context.pool);
      const gain = (item: number, picked: readonly number[]): number => {
        const before = [...context.acquired, ...picked];
        return pool.filter((other) => covers(item, other) && !before.some((one) => covers(one, other))).length;
      };
      const picks = await createPolicy('probcover', { radius }).select(context);
      const covering = picks.filter(({ score }) => score! > 0);
      const expected = pickByBruteForce({ items: pool, picks: covering.length, scoreOf: gain });
      expect(covering.map(({ item }) => item)).toEqual(expected);
      covering.forEach(({ item, score }, index) => expect(score).toBe(gain(item, expected.slice(0, index))));
      if (covering.length < picks.length) expect(Math.max(...pool.map((item) => gain(item, expected)))).toBe(0);
    }
  });

  it('says when nothing is left to cover and the rest is drawn', async () => {
    const notes: string[] = [];
    const context = whole(15, { batch: 1000, note: (sentence) => notes.push(sentence) });
    const picks = await createPolicy('probcover', { radius: 1 }).select(context);
    const drawn = picks.filter(({ score }) => score === 0).length;
    expect(drawn).toBeGreaterThan(0);
    expect(notes).toEqual([
      expect.stringMatching(new RegExp(`: the other ${drawn} of the batch are drawn at random$`)),
    ]);
  });

  it('covers no more than the nearest so many, and says how many balls are cut', async () => {
    const values = Float32Array.of(0, 1, 2, 3, 10);
    const prompts = Int32Array.from(values.keys());
    const notes: string[] = [];
    const context = contextOf(1, {
      pool: prompts,
      promptOf: prompts,
      acquired: new Int32Array(0),
      batch: 1,
      neighbours: buildNeighbourSource({ values, dimension: 1 }, 5),
      note: (sentence) => notes.push(sentence),
    });
    const [pick] = await createPolicy('probcover', { radius: 2.5, neighbours: 2 }).select(context);
    expect(pick).toMatchObject({ item: 0, score: 2 });
    expect(notes).toEqual(['In round 1 4 prompts have more than 2 within 2.500: each covers the 2 nearest only']);
  });

  it('reaches as far as half of the prompts have so many within, unless told a radius', async () => {
    const values = Float32Array.of(0, 1, 3, 7, 15);
    const prompts = Int32Array.from(values.keys());
    const neighbours = buildNeighbourSource({ values, dimension: 1 }, 5);
    const context = contextOf(1, {
      pool: prompts,
      promptOf: prompts,
      acquired: new Int32Array(0),
      batch: 1,
      neighbours,
    });
    // Distances to the nearest: 1, 1, 2, 4, 8.
    expect(await createPolicy('probcover', { reach: 1 }).select(context)).toEqual(
      await createPolicy('probcover', { radius: 2 }).select(context),
    );
  });
});
