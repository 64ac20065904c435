import { expect, test } from 'vitest';
import { BatchDiagnostic, batchDiagnostic } from '../../src/diagnostics/batch-diagnostic.ts';
import { distanceBins } from '../../src/diagnostics/distance-bins.ts';
import { drawWithoutReplacement, openStream } from '../../src/random/stream.ts';

const POOL = 2000;
const stream = openStream(['batch-diagnostic']);
const distances = Float64Array.from({ length: POOL }, () => stream.uniform());
const uncertainty = distances.map((distance) => distance ** 2);
const everyone = Array.from({ length: POOL }, (_, position) => position);
const others = new Map([['promptShare', new Float64Array(POOL).fill(1 / POOL)]]);

/** The largest uncertainty of each of `count` groups of `of` random positions. */
const bestOf = (of: number, count: number): Int32Array =>
  Int32Array.from({ length: count }, () =>
    drawWithoutReplacement(stream, everyone, of).reduce((best, other) =>
      uncertainty[other]! > uncertainty[best]! ? other : best,
    ),
  );

test.each([1, 2, 4])('batchDiagnostic() gives the best of %d random items an effective share of (2m − 1)/m²', (of) => {
  const found = batchDiagnostic({ picks: bestOf(of, 1500), distances, uncertainty, others });
  const expected = (2 * of - 1) / of ** 2;
  expect(Math.abs(found.effectiveShare! - expected)).toBeLessThan(0.06);
  expect(found.distance).toBeCloseTo(1, 12);
});

test('batchDiagnostic() of the top of the pool tells its tenth and its shift, and nothing of what is constant', () => {
  const picks = Int32Array.from(everyone.toSorted((a, b) => uncertainty[b]! - uncertainty[a]!).slice(0, 40));
  const found = batchDiagnostic({ picks, distances, uncertainty, others });
  expect(found.quantities['uncertainty']?.ratios).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 10]);
  expect(found.effectiveShare).toBeCloseTo(1 / 20, 12);
  expect(found.quantities['distance']?.shift).toBeGreaterThan(1.5);
  expect(found.quantities['promptShare']).toMatchObject({ shift: null, effectiveShare: 1 });
  expect(BatchDiagnostic.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
});

test('batchDiagnostic() without uncertainty speaks of distance alone, of one pick without a share', () => {
  const found = batchDiagnostic({ picks: Int32Array.of(3), distances, uncertainty: null, others });
  expect(found).toMatchObject({ distance: null, bins: null, effectiveShare: null, picks: 1 });
});

test('batchDiagnostic() stands constant distances and a batch that is the whole pool', () => {
  const same = new Float64Array(6).fill(2);
  const picks = Int32Array.of(0, 1, 2, 3, 4, 5);
  const found = batchDiagnostic({ picks, distances: same, uncertainty: same, others: new Map() });
  expect(found).toMatchObject({ distance: null, effectiveShare: 1 });
  expect(found.bins?.pool).toEqual([{ distance: 2, p5: 2, p50: 2, p95: 2, count: 6 }]);
});

test('distanceBins() cuts into bins of equal mass, never of fewer pairs than asked for', () => {
  const bins = distanceBins(distances, uncertainty, { most: 20, least: 5 });
  expect(bins.map(({ count }) => count)).toEqual(Array.from({ length: 20 }, () => 100));
  expect(bins.map(({ distance }) => distance)).toEqual(bins.map(({ distance }) => distance).toSorted((a, b) => a - b));
  const few = distanceBins(distances.slice(0, 13), uncertainty.slice(0, 13), { most: 20, least: 5 });
  expect(few.map(({ count }) => count)).toEqual([6, 7]);
  expect(distanceBins(Float64Array.of(1), Float64Array.of(2), { most: 8, least: 4 })).toEqual([
    { distance: 1, p5: 2, p50: 2, p95: 2, count: 1 },
  ]);
});
