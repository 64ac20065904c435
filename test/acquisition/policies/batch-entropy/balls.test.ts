import { describe, expect, it } from 'vitest';
import { type BallRule, findBalls } from '../../../../src/acquisition/policies/batch-entropy/balls.ts';
import { neighbourWeights } from '../../../../src/acquisition/policies/batch-entropy/neighbour-weights.ts';
import { PRESETS } from '../../../../src/acquisition/policies/batch-entropy/switches.ts';
import type { NeighbourSource } from '../../../../src/acquisition/policy.ts';
import { buildNeighbourSource } from '../../../../src/standalone/in-process/neighbour-graph.ts';

// Prompts on a line at 0, 1, 3, 6 and 10.
const line = (neighbours: number): NeighbourSource =>
  buildNeighbourSource({ values: Float32Array.of(0, 1, 3, 6, 10), dimension: 1 }, neighbours);

function rule(
  k: number,
  preset: 'paper' | 'reference',
  acquired = [0, 0, 0, 0, 0],
  remaining = [1, 1, 1, 1, 1],
): BallRule {
  const copies = { remaining: Int32Array.from(remaining), acquired: Int32Array.from(acquired) };
  return { k, weights: neighbourWeights(copies, PRESETS[preset]), copies };
}

describe('findBalls()', () => {
  it('reaches to the k-th other prompt under paper', async () => {
    expect([...(await findBalls(line(5), rule(2, 'paper'))).radii]).toEqual([3, 2, 3, 4, 7]);
  });

  it('counts the item itself as the first under reference', async () => {
    expect([...(await findBalls(line(5), rule(2, 'reference'))).radii]).toEqual([1, 1, 2, 3, 4]);
  });

  it('has radius 0 where a prompt has k copies in the pool under reference', async () => {
    const copies = rule(2, 'reference', undefined, [2, 1, 1, 1, 1]);
    expect((await findBalls(line(5), copies)).radii[0]).toBe(0);
  });

  it('skips prompts without items in the pool, and does not count them under reference', async () => {
    const { radii } = await findBalls(line(5), rule(2, 'reference', [0, 1, 0, 0, 0], [1, 0, 1, 1, 1]));
    expect([...radii]).toEqual([3, 0, 3, 3, 4]);
  });

  it('counts acquired items inside, those at the very edge included', async () => {
    const { acquired } = await findBalls(line(5), rule(2, 'paper', [0, 1, 4, 0, 0]));
    expect([...acquired]).toEqual([5, 5, 5, 4, 4]);
  });

  it.each([1, 2, 3])('finds the same balls through rows of %d', async (neighbours) => {
    const short = await findBalls(line(neighbours), rule(3, 'paper', [2, 0, 1, 0, 1]));
    const whole = await findBalls(line(5), rule(3, 'paper', [2, 0, 1, 0, 1]));
    expect(short.radii).toEqual(whole.radii);
    expect(short.acquired).toEqual(whole.acquired);
    expect(short.wide.size).toBe(5);
  });

  it('does not trust a distance at the certified radius', async () => {
    const source = line(3);
    const doubtful = {
      ...source,
      graph: { ...source.graph, radius: source.graph.distances.filter((_, at) => at % 3 === 2) },
    };
    const balls = await findBalls(doubtful, rule(2, 'paper'));
    expect(balls.wide.size).toBe(5);
    expect([...balls.radii]).toEqual([3, 2, 3, 4, 7]);
  });

  it('refuses distances of the wrong number', async () => {
    const broken = { ...line(2), distances: async () => new Float64Array(3) };
    await expect(findBalls(broken, rule(3, 'paper'))).rejects.toThrow(
      'Cannot compare prompts: 3 distances came back, 25 are needed',
    );
  });

  it('refuses distances that are not finite', async () => {
    const source = buildNeighbourSource({ values: Float32Array.of(0, 1, NaN), dimension: 1 }, 2);
    await expect(findBalls(source, { ...rule(2, 'paper', [0, 0, 0], [1, 1, 1]) })).rejects.toThrow(/not finite/);
  });
});
