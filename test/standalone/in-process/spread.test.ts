import { describe, expect, it } from 'vitest';
import { spread } from '../../../src/standalone/in-process/spread.ts';
import { vectorsOf } from '../../../src/standalone/in-process/vectors.ts';

const line = (...values: readonly number[]) => vectorsOf(Float32Array.from(values), 1);

describe('spread()', () => {
  it('goes to the farthest from centres and picks, the first of equals', () => {
    const trail = spread({ candidates: line(0, 4, 10, 6, 2), centres: line(0), picks: 3, draws: null });
    expect([...trail.positions]).toEqual([2, 1, 3]);
    expect([...trail.values]).toEqual([10, 4, 2]);
  });

  it('begins with the first candidate where there is no centre', () => {
    const trail = spread({ candidates: line(3, 4), centres: line(), picks: 9, draws: null });
    expect([...trail.positions]).toEqual([0, 1]);
    expect([...trail.values]).toEqual([Infinity, 1]);
  });

  it('draws by the squared distance', () => {
    const draws = Float64Array.of(0.3, 0.05, 0.5);
    // First of three alike: position 0. Then weights 1 and 9; then what is left.
    expect([...spread({ candidates: line(0, 1, 3), centres: line(), picks: 3, draws }).positions]).toEqual([0, 1, 2]);
    expect([...spread({ candidates: line(0, 1, 3), centres: line(0), picks: 1, draws }).positions]).toEqual([2]);
  });
});
