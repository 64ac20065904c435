import { describe, expect, it } from 'vitest';
import { distinctRows } from '../../src/standalone/distinct-rows.ts';

describe('distinctRows()', () => {
  it('numbers distinct rows in order of first appearance', () => {
    const { rows, promptOf } = distinctRows(Float32Array.of(1, 2, 3, 4, 1, 2, 1, 3), 2);
    expect([...rows]).toEqual([0, 1, 3]);
    expect([...promptOf]).toEqual([0, 1, 0, 2]);
  });

  it('tells rows apart by the last bit, but not 0 from −0', () => {
    expect([...distinctRows(Float32Array.of(1, 1 + 2 ** -23, 0, -0), 1).promptOf]).toEqual([0, 1, 2, 2]);
  });
});
