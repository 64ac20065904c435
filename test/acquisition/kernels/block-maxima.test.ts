import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlockMaxima } from '../../../src/acquisition/kernels/block-maxima.ts';

describe('createBlockMaxima()', () => {
  it('finds the first of equal values, within a block and across blocks', () => {
    const values = new Float64Array(1000).fill(1);
    expect(createBlockMaxima(values).argmax()).toBe(0);
    values.set([5, 5], 300);
    values[900] = 5;
    expect(createBlockMaxima(values).argmax()).toBe(300);
  });

  it('sees a value that rose after reset()', () => {
    const values = new Float64Array(600);
    const maxima = createBlockMaxima(values);
    maxima.argmax();
    values[599] = 1;
    maxima.reset();
    expect(maxima.argmax()).toBe(599);
  });

  it('equals a plain search while values fall and rise one after another', () => {
    const changes = fc.array(fc.tuple(fc.nat(699), fc.integer({ min: -4, max: 4 })), { maxLength: 80 });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 700, maxLength: 700 }),
        changes,
        (start, steps) => {
          const values = Float64Array.from(start);
          const maxima = createBlockMaxima(values);
          for (const [position, drop] of [[maxima.argmax(), 3] as const, ...steps]) {
            values[position]! -= drop;
            maxima.changed(position);
            expect(maxima.argmax()).toBe(values.indexOf(Math.max(...values)));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('names the largest of few and of many values', () => {
    const few = Float64Array.of(1, 3, 3, 2);
    expect(createBlockMaxima(few).leaders(3)).toEqual([1, 2, 3]);
    const many = new Float64Array(256 * 8);
    many.set([9, 8], 300);
    many[2000] = 8.5;
    many[1000] = 4;
    expect(createBlockMaxima(many).leaders(2)).toEqual([300, 2000]);
    expect(createBlockMaxima(many).leaders(4)).toEqual([300, 2000, 301, 1000]);
    expect(createBlockMaxima(many).leaders(5).slice(0, 4)).toEqual([300, 2000, 301, 1000]);
  });
});
