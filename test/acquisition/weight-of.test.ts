import { describe, expect, it } from 'vitest';
import { weightOf } from '../../src/acquisition/weight-of.ts';
import { policyContext } from './oracles/policy-context.ts';

const contextWith = (...variance: number[]) =>
  policyContext({
    pool: Int32Array.of(5, 7),
    promptOf: new Int32Array(8),
    measures: { variance: Float64Array.from(variance) },
  });

describe('weightOf()', () => {
  it('gives a measure that is nowhere negative, 0 and −0 included', () => {
    expect([...weightOf(contextWith(0, -0), 'variance')]).toEqual([0, -0]);
  });

  it('refuses a negative value, naming the item', () => {
    expect(() => weightOf(contextWith(0.5, -1), 'variance')).toThrow(
      "Cannot draw by 'variance': item 7 has -1, a number of at least 0 is needed",
    );
  });

  it('refuses a value that is not finite, naming the item', () => {
    expect(() => weightOf(contextWith(NaN, 1), 'variance')).toThrow('item 5 has NaN, a finite number is needed');
  });
});
