import { describe, expect, it } from 'vitest';
import { drawPositions, mostUncertain } from '../../../src/acquisition/kernels/candidates.ts';
import { openStream } from '../../../src/random/stream.ts';
import { policyContext } from '../oracles/policy-context.ts';

const pool = Int32Array.of(5, 6, 7, 8);
const context = () =>
  policyContext({ pool, promptOf: new Int32Array(9), measures: { epistemic: Float64Array.of(0.1, 0.3, 0.2, 0.3) } });

describe('mostUncertain()', () => {
  it('gives positions of the largest epistemic uncertainty in pool order', () => {
    expect([...mostUncertain(context(), 3)]).toEqual([1, 2, 3]);
    expect([...mostUncertain(context(), 1)]).toEqual([1]);
    expect([...mostUncertain(context(), 9)]).toEqual([0, 1, 2, 3]);
  });
});

describe('drawPositions()', () => {
  it('draws distinct positions, ascending, from the stream of the policy', () => {
    const drawn = [...drawPositions(context(), 1000, 10)];
    expect(new Set(drawn).size).toBe(10);
    expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
    expect([...drawPositions(context(), 1000, 10)]).toEqual(drawn);
    expect([...drawPositions({ ...context(), stream: openStream(['test', 'other']) }, 1000, 10)]).not.toEqual(drawn);
  });

  it('draws nothing when all fit', () => {
    const { stream, ...rest } = context();
    expect([...drawPositions({ ...rest, stream }, 3, 3)]).toEqual([0, 1, 2]);
    expect(stream.uniform()).toBe(context().stream.uniform());
  });
});
