import { describe, expect, it } from 'vitest';
import { squareBetween, vectorsOf } from '../../../src/standalone/in-process/vectors.ts';

describe('vectorsOf()', () => {
  it('scales every row by its own', () => {
    const vectors = vectorsOf(Float32Array.of(1, 2, 3, 4), 2, Float64Array.of(10, -1));
    expect(vectors).toEqual({ values: Float64Array.of(10, 20, -3, -4), dimension: 2, size: 2 });
  });

  it('leaves rows as they are without a scale', () => {
    expect(vectorsOf(Float32Array.of(1, 2), 1)).toMatchObject({ values: Float64Array.of(1, 2), size: 2 });
  });
});

describe('squareBetween()', () => {
  it('sums squared differences of two rows', () => {
    const [one, other] = [vectorsOf(Float32Array.of(0, 0, 1, 2), 2), vectorsOf(Float32Array.of(4, 6), 2)];
    expect(squareBetween(one, 1, other, 0)).toBe(25);
  });
});
