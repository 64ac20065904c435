import { describe, expect, it } from 'vitest';
import { openStream } from '../../../src/random/stream.ts';
import { type Clustering, kMeans } from '../../../src/standalone/in-process/k-means.ts';
import { vectorsOf } from '../../../src/standalone/in-process/vectors.ts';

const cluster = (values: readonly number[], parts: Partial<Clustering> = {}): number[] => {
  const vectors = vectorsOf(Float32Array.from(values), 1);
  const learntOn = Int32Array.from(values.keys());
  const draws = Float64Array.of(0.1, 0.5);
  return [...kMeans({ vectors, learntOn, clusters: 2, draws, iterations: 10, ...parts })];
};

describe('kMeans()', () => {
  it('finds groups that lie apart', () => {
    expect(cluster([0, 0.1, 10, 10.1, 0.2, 9.9])).toEqual([0, 0, 1, 1, 0, 1]);
  });

  it('learns on some and assigns all', () => {
    expect(cluster([0, 0.1, 10, 10.1, 0.2, 5.2], { learntOn: Int32Array.of(0, 1, 2, 3) })).toEqual([0, 0, 1, 1, 0, 1]);
  });

  it('keeps centres that lose all their points', () => {
    expect(cluster([1, 1, 1], { clusters: 2 })).toEqual([0, 0, 0]);
  });

  it('takes no more clusters than points', () => {
    expect(cluster([3, 9], { clusters: 5, draws: new Float64Array(5) })).toEqual([0, 1]);
  });

  it('ends where every point is nearest to the mean of its own cluster', () => {
    const stream = openStream(['test', 'k-means']);
    const values = Array.from({ length: 60 }, () => Math.fround(stream.normal()));
    const draws = Float64Array.from({ length: 6 }, () => stream.uniform());
    const clusters = cluster(values, { clusters: 6, draws, iterations: 100 });
    const means = draws.reduce<number[]>((known, _draw, number) => {
      const own = values.filter((_value, index) => clusters[index] === number);
      return [...known, own.reduce((sum, value) => sum + value, 0) / own.length];
    }, []);
    values.forEach((value, index) => {
      const distances = means.map((mean) => Math.abs(value - mean));
      expect(distances.indexOf(Math.min(...distances))).toBe(clusters[index]);
    });
  });
});
