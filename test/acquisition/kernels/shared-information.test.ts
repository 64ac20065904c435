import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { outcomeChances } from '../../../src/acquisition/kernels/outcome-chances.ts';
import { sharedInformation } from '../../../src/acquisition/kernels/shared-information.ts';
import { openStream } from '../../../src/random/stream.ts';
import { resolvePython } from '../../../src/worker/links/local/interpreter.ts';

const stream = openStream(['test', 'shared']);
const draw = (size: number): number[] => Array.from({ length: size }, () => Math.fround(3 * stream.normal()));
const score = (logits: readonly number[], targets: readonly number[], samples: number): Float64Array =>
  sharedInformation(
    outcomeChances(Float32Array.from(logits), samples),
    outcomeChances(Float32Array.from(targets), samples),
  );

const EINSUM = `
import json, sys
import numpy as np
logits, targets = (np.array(values, np.float64).reshape(7, -1) for values in json.load(sys.stdin))
table = lambda z: np.stack([1 / (1 + np.exp(-z)), 1 / (1 + np.exp(z))])
p, q = table(logits), table(targets)
joint = np.einsum("asn,bst->abnt", p, q) / 7
apart = np.einsum("an,bt->abnt", p.mean(axis=1), q.mean(axis=1))
print(json.dumps((joint * np.log(joint / apart)).sum(axis=(0, 1)).mean(axis=1).tolist()))
`;

describe('sharedInformation()', () => {
  it('equals an einsum over the joint tables in numpy', async () => {
    const [logits, targets] = [draw(7 * 200), draw(7 * 30)];
    const input = JSON.stringify([logits, targets]);
    const { stdout } = await execa(resolvePython(), ['-c', EINSUM], { input });
    const expected = JSON.parse(stdout) as number[];
    expect(expected).toHaveLength(200);
    score(logits, targets, 7).forEach((value, pair) => expect(value).toBeCloseTo(expected[pair]!, 10));
  });

  it('is 0 for a pair all samples agree on, and without targets', () => {
    expect([...score([1, -2, 1, 5], [1, 3], 2)]).toEqual([0, expect.any(Number)]);
    expect([...score([1, -2, 1, 5], [], 2)]).toEqual([0, 0]);
  });

  it('is the whole uncertainty about a target that is the pair itself', () => {
    const [value] = score([50, -50], [50, -50], 2);
    expect(value).toBeCloseTo(Math.LN2, 11);
  });
});
