import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawWithoutReplacement, openStream } from '../../../src/random/stream.ts';

const values = fc.array(fc.integer(), { maxLength: 40 });

describe('drawWithoutReplacement()', () => {
  it('gives min(count, size) of the values, each at most as often as it was given', () => {
    fc.assert(
      fc.property(values, fc.nat(50), fc.nat(), (given, count, name) => {
        const left = [...given];
        const drawn = drawWithoutReplacement(openStream(['test', name]), given, count);
        expect(drawn).toHaveLength(Math.min(count, given.length));
        for (const value of drawn) {
          expect(left).toContain(value);
          left.splice(left.indexOf(value), 1);
        }
      }),
    );
  });

  it('gives the same from a stream of the same name and leaves its input alone', () => {
    fc.assert(
      fc.property(values, fc.nat(50), fc.nat(), (given, count, name) => {
        const before = [...given];
        const first = drawWithoutReplacement(openStream(['test', name]), given, count);
        expect(drawWithoutReplacement(openStream(['test', name]), given, count)).toEqual(first);
        expect(given).toEqual(before);
      }),
    );
  });

  it('begins a longer draw with the shorter one', () => {
    fc.assert(
      fc.property(values, fc.nat(20), fc.nat(20), fc.nat(), (given, count, more, name) => {
        const short = drawWithoutReplacement(openStream(['test', name]), given, count);
        const long = drawWithoutReplacement(openStream(['test', name]), given, count + more);
        expect(long.slice(0, short.length)).toEqual(short);
      }),
    );
  });

  it('draws every ordered pair of four values equally often', () => {
    const counts = new Map<string, number>();
    for (let name = 0; name < 6000; name++) {
      const pair = drawWithoutReplacement(openStream(['test', 'pairs', name]), [0, 1, 2, 3], 2).join();
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    // Twelve pairs, 500 expected each: χ² with 11 degrees of freedom is below 31.3 with probability 0.999.
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
    expect(counts.size).toBe(12);
    expect(chiSquared).toBeLessThan(31.3);
  });
});
