import { describe, expect, test } from 'vitest';
import { hashOf } from '../../src/base/text/canonical-json.ts';
import { SyntheticWorld } from '../../src/synthetic/index.ts';
import type { World, WorldPair } from '../../src/synthetic/synthesise.ts';
import { synthesise } from '../../src/synthetic/synthesise.ts';

const clustered = (changes: Record<string, unknown> = {}): SyntheticWorld =>
  SyntheticWorld.parse({
    kind: 'clustered',
    promptDimension: 4,
    answerDimension: 4,
    sizes: { train: 4000, validation: 10, test: 4000, ood: 10 },
    ...changes,
  });
const pairsOf = (world: World, name: string): readonly WorldPair[] =>
  world.splits.find((split) => split.name === name)?.pairs ?? [];
const gapOf = ({ a, b }: WorldPair): number => a.reward - b.reward;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const plain = (world: unknown): unknown =>
  JSON.parse(JSON.stringify(world, (_, value: unknown) => (value instanceof Float64Array ? [...value] : value)));

/** How often the most frequent prompt of the pool comes. */
function mostRepeats(world: World): number {
  const counts = new Map<number, number>();
  for (const { prompt } of pairsOf(world, 'train')) counts.set(prompt.number, (counts.get(prompt.number) ?? 0) + 1);
  return Math.max(...counts.values());
}

const rewardVariance = (world: World): number => mean(pairsOf(world, 'test').map(({ a }) => a.reward ** 2));

/** Root mean square of the prompts' coordinates. */
function spreadOf(world: World, name: string): number {
  const squares = pairsOf(world, name).flatMap(({ prompt }) => [...prompt.features].map((value) => value ** 2));
  return Math.sqrt(mean(squares));
}

describe('synthesise()', () => {
  test('makes the world its golden hashes say, bit for bit', () => {
    const sizes = { train: 5, validation: 2, test: 2, ood: 2 };
    expect(hashOf(plain(synthesise(clustered({ sizes }))))).toBe(GOLDEN.clustered);
    expect(hashOf(plain(synthesise(SyntheticWorld.parse({ kind: 'uniform', sizes }))))).toBe(GOLDEN.uniform);
  });

  test('makes another world of another seed', () => {
    const sizes = { train: 5, validation: 2, test: 2, ood: 2 };
    expect(hashOf(plain(synthesise(clustered({ sizes, seed: 1 }))))).not.toBe(GOLDEN.clustered);
  });

  test('keeps one split when another changes size', () => {
    const small = synthesise(clustered({ sizes: { train: 3, validation: 2, test: 5, ood: 2 } }));
    const large = synthesise(clustered({ sizes: { train: 9, validation: 4, test: 5, ood: 0 } }));
    expect(plain(large.splits[2])).toEqual(plain(small.splits[2]));
    expect(large.splits.map(({ name }) => name)).toEqual(['train', 'validation', 'test']);
  });

  test('labels by the Bradley–Terry model: the better answer wins as often as its reward says', () => {
    const pairs = pairsOf(synthesise(clustered()), 'test');
    const expected = mean(pairs.map((pair) => 1 / (1 + Math.exp(-Math.abs(gapOf(pair)) / 0.5))));
    const found = mean(pairs.map((pair) => (gapOf(pair) > 0 === (pair.preferred === 'a') ? 1 : 0)));
    expect(Math.abs(found - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / pairs.length));
    expect(found).toBeGreaterThan(0.75);
  });

  test('does not tell the label by the side', () => {
    const share = mean(pairsOf(synthesise(clustered()), 'train').map(({ preferred }) => (preferred === 'a' ? 1 : 0)));
    expect(Math.abs(share - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(4000));
  });

  test('has the asked share of near-ties in the pool and elsewhere', () => {
    const world = synthesise(clustered({ nearTies: { pool: 0.5, evaluation: 0.1, distance: 0 } }));
    const share = (name: string): number => mean(pairsOf(world, name).map((pair) => (gapOf(pair) === 0 ? 1 : 0)));
    expect(Math.abs(share('train') - 0.5)).toBeLessThan(0.035);
    expect(Math.abs(share('test') - 0.1)).toBeLessThan(0.02);
  });

  test('repeats the clusters of the pool by Zipf and asks the test all alike', () => {
    const world = synthesise(clustered({ clusters: 10, clusterExponent: 1, prompts: 4000 }));
    const total = mean(Array.from({ length: 10 }, (_, index) => 10 / (index + 1)));
    for (const [name, expected] of [
      ['train', 1 / total],
      ['test', 0.1],
    ] as const) {
      const share = mean(pairsOf(world, name).map(({ prompt }) => (prompt.cluster === 0 ? 1 : 0)));
      expect(Math.abs(share - expected), name).toBeLessThan(0.04);
    }
  });

  test('repeats prompts of the pool by Zipf when asked', () => {
    expect(mostRepeats(synthesise(clustered()))).toBeLessThan(30);
    expect(mostRepeats(synthesise(clustered({ promptExponent: 1.1 })))).toBeGreaterThan(400);
  });

  test('gives every cluster a taste of its own at right angles to the shared one', () => {
    const options = { hiddenQuality: 0, clusters: 2, answerDimension: 8, clusterExponent: 0 };
    const shared = synthesise(clustered({ ...options, localWeight: 0 }));
    const both = synthesise(clustered({ ...options, localWeight: 1 }));
    expect(rewardVariance(shared)).toBeCloseTo(1, 0);
    expect(rewardVariance(both) / rewardVariance(shared)).toBeCloseTo(2, 0);
  });

  test('moves the prompts of the ood split', () => {
    const sizes = { train: 1, validation: 1, test: 500, ood: 500 };
    const world = synthesise(clustered({ clusterSpread: 0, oodShift: 2, sizes }));
    expect(spreadOf(world, 'test')).toBeCloseTo(0.25, 1);
    expect(spreadOf(world, 'ood')).toBeGreaterThan(1.5);
  });

  test('of kind uniform repeats no prompt and has no near-ties', () => {
    const world = synthesise(SyntheticWorld.parse({ kind: 'uniform', sizes: { train: 500 } }));
    const pairs = pairsOf(world, 'train');
    expect(new Set(pairs.map(({ prompt }) => prompt.number)).size).toBe(500);
    expect(Math.min(...pairs.map((pair) => Math.abs(gapOf(pair))))).toBeGreaterThan(0);
  });
});

const GOLDEN = {
  clustered: '24e39c1dbab28eab4289baa3f57f5fa2df54dea2044df00f3ea593245e327f56',
  uniform: 'd4b07916ba43522c095fc33c559e49da914bd3d16058645edf73a917336cd0fb',
};
