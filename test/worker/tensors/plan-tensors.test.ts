import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/protocol/envelope.ts';
import { planTensors } from '../../../src/worker/tensors/plan-tensors.ts';

const MIB = 1 << 20;
const GIB = 1024 * MIB;

/** Bytes that stay in frames. */
function inlineBytes(sizes: readonly number[]): number {
  const inFiles = planTensors(sizes);
  return sizes.reduce((sum, size, index) => sum + (inFiles.has(index) ? 0 : size), 0);
}

describe('planTensors()', () => {
  it.each([
    ['nothing', [], []],
    ['frames to the last byte', [64 * MIB], []],
    ['one byte too many', [64 * MIB + 1], [0]],
    ['the largest first', [3 * MIB, 40 * MIB, 30 * MIB, 20 * MIB], [1]],
    ['several when one is not enough', [50 * MIB, 60 * MIB, 40 * MIB], [0, 1]],
    ['empty arrays never', [0, 65 * MIB, 0], [1]],
    ['5 GiB', [5 * GIB], [0]],
    ['64 arrays just below 1 MiB', Array.from({ length: 64 }, () => MIB - 1), []],
  ])('plans %s', (_what, sizes, inFiles) => {
    expect([...planTensors(sizes)].toSorted((a, b) => a - b)).toEqual(inFiles);
  });

  it('never leaves more in frames than the limit, whatever the sizes', () => {
    const size = fc.oneof(fc.nat(2 * MIB), fc.nat(80 * MIB), fc.integer({ min: 0, max: 16 * GIB }));
    fc.assert(
      fc.property(fc.array(size, { maxLength: LIMITS.frameCount }), (sizes) => {
        expect(inlineBytes(sizes)).toBeLessThanOrEqual(LIMITS.inlineBytes);
      }),
    );
  });

  it('puts nothing into a file that could stay', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(80 * MIB), { maxLength: LIMITS.frameCount }), (sizes) => {
        const inFiles = [...planTensors(sizes)].map((index) => sizes[index] ?? 0);
        const smallest = Math.min(...inFiles);
        expect(inFiles.length === 0 || inlineBytes(sizes) + smallest > LIMITS.inlineBytes).toBe(true);
      }),
    );
  });
});
