import { describe, expect, it } from 'vitest';
import { largest } from '../../src/math/largest.ts';

describe('largest()', () => {
  it('gives positions best first, the earlier one on ties', () => {
    expect([...largest(Float64Array.of(1, 3, 2, 3, 0), 3)]).toEqual([1, 3, 2]);
  });
});
