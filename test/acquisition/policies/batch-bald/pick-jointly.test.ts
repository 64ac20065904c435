import { describe, expect, it } from 'vitest';
import { outcomeChances } from '../../../../src/acquisition/kernels/outcome-chances.ts';
import { pickJointly } from '../../../../src/acquisition/policies/batch-bald/pick-jointly.ts';
import { openStream } from '../../../../src/random/stream.ts';

const stream = openStream(['test', 'jointly']);
const pick = (logits: readonly number[], samples: number, settings = {}) =>
  pickJointly(
    outcomeChances(Float32Array.from(logits), samples),
    { picks: 9, outcomes: 64, full: 1, ...settings },
    stream,
  );

describe('pickJointly()', () => {
  it('stops when no pair adds anything', () => {
    expect(pick([3, -2, 0, 3, -2, 0], 2)).toEqual([]);
  });

  it('stops when the batch is full', () => {
    const [first, ...others] = pick([40, 40, -40, -40], 2);
    expect(first).toMatchObject({ pair: 0, information: expect.closeTo(Math.log(2), 12) });
    expect(others).toEqual([]);
  });

  it('gives at most so many picks', () => {
    expect(pick([0.3, -0.4, 0.2, -0.3, 0.4, 0.1], 2, { picks: 2 })).toHaveLength(2);
  });
});
