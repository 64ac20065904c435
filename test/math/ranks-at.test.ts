import { describe, expect, it } from 'vitest';
import { ranksAt } from '../../src/math/ranks-at.ts';
import { openStream } from '../../src/random/stream.ts';

/** One more than how many come before. */
const rankSlowly = (values: Float64Array, at: number): number =>
  1 + values.filter((other, index) => other > values[at]! || (other === values[at] && index < at)).length;

describe('ranksAt()', () => {
  it('equals counting in 200 random lists with ties, in the order of the positions', () => {
    const stream = openStream(['test', 'ranks']);
    for (let number = 0; number < 200; number++) {
      const values = Float64Array.from({ length: 1 + stream.below(40) }, () => stream.below(number % 2 ? 5 : 1000) - 2);
      const positions = Array.from(values.keys())
        .filter(() => stream.below(3) > 0)
        .reverse();
      expect([...ranksAt(values, positions)]).toEqual(positions.map((at) => rankSlowly(values, at)));
    }
  });

  it('takes infinite and huge values, and no positions', () => {
    const values = Float64Array.of(-1e308, Infinity, 1e308, Infinity, -Infinity);
    expect([...ranksAt(values, [0, 1, 2, 3, 4])]).toEqual([4, 1, 3, 2, 5]);
    expect([...ranksAt(values, [])]).toEqual([]);
  });
});
