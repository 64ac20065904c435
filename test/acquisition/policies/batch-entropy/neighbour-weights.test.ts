import { describe, expect, it } from 'vitest';
import { neighbourWeights } from '../../../../src/acquisition/policies/batch-entropy/neighbour-weights.ts';
import { PRESETS } from '../../../../src/acquisition/policies/batch-entropy/switches.ts';

const copies = { remaining: Int32Array.of(3, 1, 0), acquired: Int32Array.of(1, 0, 2) };

describe('neighbourWeights()', () => {
  it.each([
    [{}, [1, 1, 1], 2],
    [{ duplicates: 'rows' }, [4, 1, 2], 6],
    [{ duplicates: 'rows', neighbourScope: 'pool' }, [3, 1, 0], 3],
    [{ neighbourScope: 'pool' }, [1, 1, 0], 1],
    [{ neighbourScope: 'pool', selfCounts: true }, [1, 1, 0], 2],
  ] as const)('weighs prompts under paper with %o as %o, %d neighbours each', (switches, weight, available) => {
    const weights = neighbourWeights(copies, { ...PRESETS.paper, ...switches });
    expect([...weights.weight]).toEqual(weight);
    expect(weights.available).toBe(available);
  });

  it('leaves the counts it was given alone', () => {
    neighbourWeights(copies, PRESETS.paper);
    expect([...copies.remaining]).toEqual([3, 1, 0]);
  });
});
