import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  drawWithoutReplacement,
  openStream,
  type RandomStream,
  type StreamPart,
  seedBytes,
} from '../../src/random/stream.ts';

interface GoldenSeed {
  readonly parts: readonly StreamPart[];
  readonly sha256: string;
}

const golden = JSON.parse(readFileSync(new URL('../golden/seeds.json', import.meta.url), 'utf8')) as GoldenSeed[];
const DRAWS = 100_000;

/** Sum over equal-width bins of (seen − expected)² / expected. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function drawMany(draw: (stream: RandomStream) => number, name: StreamPart): number[] {
  const stream = openStream([9, 'test', name]);
  return Array.from({ length: DRAWS }, () => draw(stream));
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const varianceOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
};

describe('seedBytes()', () => {
  it.each(golden)('of $parts equals the golden value shared with Python', ({ parts, sha256 }) => {
    expect(seedBytes(parts).toString('hex')).toBe(sha256);
  });

  it('tells text from integers and splits from joins', () => {
    expect(new Set(golden.map(({ parts }) => seedBytes(parts).toString('hex'))).size).toBe(golden.length);
  });
});

describe('openStream()', () => {
  it('draws alike for equal names and differently for others', () => {
    const draw = (name: StreamPart): number[] => {
      const stream = openStream([9, name]);
      return [stream.uniform(), stream.below(1000), stream.normal(), stream.gumbel()];
    };
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  it('uniform() fills [0, 1) evenly', () => {
    const values = drawMany((stream) => stream.uniform(), 'uniform');
    const counts = Array.from({ length: 100 }, () => 0);
    for (const value of values) counts[Math.floor(value * 100)] = (counts[Math.floor(value * 100)] ?? 0) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(counts).toHaveLength(100);
    expect(chiSquare(counts)).toBeLessThan(148.3); // 99.9 % point of χ², 99 degrees of freedom
  });

  it('uniform() does not depend on the value before it', () => {
    const values = drawMany((stream) => stream.uniform(), 'pairs');
    const products = values.slice(1).map((value, index) => (value - 0.5) * ((values[index] ?? 0) - 0.5));
    expect(Math.abs(meanOf(products))).toBeLessThan((4 / 12) * DRAWS ** -0.5);
  });

  it('uniform() differs from that of a stream of the next round', () => {
    const first = openStream([9, 'acquisition', 0]);
    const second = openStream([9, 'acquisition', 1]);
    const products = Array.from({ length: DRAWS }, () => (first.uniform() - 0.5) * (second.uniform() - 0.5));
    expect(Math.abs(meanOf(products))).toBeLessThan((4 / 12) * DRAWS ** -0.5);
  });

  it('below() is even over a bound that is no power of two', () => {
    const counts = Array.from({ length: 7 }, () => 0);
    for (const value of drawMany((stream) => stream.below(7), 'below')) counts[value] = (counts[value] ?? 0) + 1;
    expect(counts).toHaveLength(7);
    expect(chiSquare(counts)).toBeLessThan(22.5); // 99.9 % point, 6 degrees of freedom
  });

  it('normal() has mean 0, variance 1 and the tails of a normal', () => {
    const values = drawMany((stream) => stream.normal(), 'normal');
    expect(Math.abs(meanOf(values))).toBeLessThan(4 * DRAWS ** -0.5);
    expect(Math.abs(varianceOf(values) - 1)).toBeLessThan(4 * (2 / DRAWS) ** 0.5);
    const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / DRAWS;
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(4 * ((0.0455 * 0.9545) / DRAWS) ** 0.5);
  });

  it('gumbel() has mean γ and variance π²/6', () => {
    const values = drawMany((stream) => stream.gumbel(), 'gumbel');
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.abs(meanOf(values) - 0.5772156649)).toBeLessThan(4 * (Math.PI ** 2 / 6 / DRAWS) ** 0.5);
    expect(Math.abs(varianceOf(values) - Math.PI ** 2 / 6)).toBeLessThan(0.06);
  });
});

describe('drawWithoutReplacement()', () => {
  it('gives distinct values of the list and leaves the list as it was', () => {
    const values = [10, 20, 30, 40, 50];
    const drawn = drawWithoutReplacement(openStream([1, 'draw']), values, 3);
    expect(new Set(drawn).size).toBe(3);
    expect(drawn.every((value) => values.includes(value))).toBe(true);
    expect(values).toEqual([10, 20, 30, 40, 50]);
  });

  it('gives everything, once, when more is asked for than there is', () => {
    expect(drawWithoutReplacement(openStream([2, 'draw']), [3, 1, 2], 9).sort()).toEqual([1, 2, 3]);
  });

  it('draws every ordered pair equally often', () => {
    const counts = new Map<string, number>();
    const stream = openStream([3, 'draw']);
    for (let index = 0; index < 24_000; index++) {
      const key = drawWithoutReplacement(stream, [0, 1, 2, 3], 2).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(12);
    expect(chiSquare([...counts.values()])).toBeLessThan(31.3); // 99.9 % point, 11 degrees of freedom
  });
});
