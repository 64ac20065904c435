import { describe, expect, it } from 'vitest';
import { buildFeatureSource } from '../../../src/standalone/in-process/build-feature-source.ts';

const source = buildFeatureSource({ values: Float32Array.of(0, 0, 1, 0, 0, 5, 9, 9), dimension: 2 });
const nothing = new Int32Array(0);

describe('buildFeatureSource()', () => {
  it('gives rows of items', async () => {
    expect(source.dimension).toBe(2);
    expect(await source.rows(Int32Array.of(2, 0))).toEqual(Float32Array.of(0, 5, 0, 0));
  });

  it('spreads over candidates, scaled when asked to', async () => {
    const request = { candidates: Int32Array.of(1, 2), centres: Int32Array.of(0), picks: 1, draws: null };
    expect((await source.spread({ ...request, scale: null })).positions).toEqual(Int32Array.of(1));
    expect((await source.spread({ ...request, scale: Float64Array.of(-6, 1) })).positions).toEqual(Int32Array.of(0));
  });

  it('weighs what is chosen and what is known', async () => {
    const request = { candidates: Int32Array.of(1, 2), ridge: 1, picks: 1 };
    const unknown = { known: nothing, knownWeights: new Float64Array(0) };
    const heavy = await source.logDet({ ...request, ...unknown, weights: Float64Array.of(100, 0.01) });
    expect(heavy).toMatchObject({ positions: Int32Array.of(0), values: Float64Array.of(Math.log1p(100)) });
    const known = { known: Int32Array.of(1), knownWeights: Float64Array.of(1e6) };
    const other = await source.logDet({ ...request, ...known, weights: Float64Array.of(100, 0.01) });
    expect(other.positions).toEqual(Int32Array.of(1));
  });

  it('clusters items', async () => {
    const request = { items: Int32Array.of(3, 0, 1), learntOn: Int32Array.of(0, 1, 2), clusters: 2, iterations: 5 };
    const clusters = await source.clusters({ ...request, draws: Float64Array.of(0, 0.5) });
    expect(clusters).toEqual(Int32Array.of(0, 1, 1));
  });
});
