import { describe, expect, it } from 'vitest';
import { openStream } from '../../../src/random/stream.ts';
import { greedyLogDet } from '../../../src/standalone/in-process/log-det.ts';
import { vectorsOf } from '../../../src/standalone/in-process/vectors.ts';
import { information, logDeterminant } from '../../acquisition/oracles/log-determinant.ts';

const plane = (...values: readonly number[]) => vectorsOf(Float32Array.from(values), 2);

describe('greedyLogDet()', () => {
  it('turns to another direction once one is known', () => {
    const candidates = plane(3, 0, 3, 0.1, 0, 2);
    const trail = greedyLogDet({ candidates, known: plane(), ridge: 1, picks: 3 });
    expect([...trail.positions]).toEqual([1, 2, 0]);
    expect(trail.values[0]).toBeCloseTo(Math.log(1 + 9.01), 6);
  });

  it('starts from what is known', () => {
    const trail = greedyLogDet({ candidates: plane(3, 0, 0, 2), known: plane(30, 0), ridge: 1, picks: 1 });
    expect([...trail.positions]).toEqual([1]);
  });

  it('adds up to the determinant of all picks, however many', () => {
    const stream = openStream(['test', 'log-det']);
    const candidates = vectorsOf(
      Float32Array.from({ length: 120 * 5 }, () => stream.normal()),
      5,
    );
    const known = vectorsOf(new Float32Array(0), 5);
    const { positions, values } = greedyLogDet({ candidates, known, ridge: 0.01, picks: 100 });
    const rows = Array.from(positions, (position) => ({
      weight: 1,
      row: Array.from(candidates.values.subarray(5 * position, 5 * position + 5)),
    }));
    const grown = logDeterminant(information(5, 0.01, rows)) - 5 * Math.log(0.01);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(grown, 8);
  });

  it('refuses a ridge that rounding loses', () => {
    const known = plane(1e9, 1e9, 1e9, 1e9);
    expect(() => greedyLogDet({ candidates: plane(1, 1), known, ridge: 1e-9, picks: 1 })).toThrow(
      'Cannot choose by information: its matrix is not positive definite in rounding, a larger ridge is needed',
    );
  });
});
