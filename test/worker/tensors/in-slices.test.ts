import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/text/canonical-json.ts';
import { hashInTurns, inSlices } from '../../../src/worker/tensors/in-slices.ts';

const GIB = 2 ** 30;

describe('inSlices()', () => {
  it('covers 5 GiB without a gap, in slices far below the largest buffer', async () => {
    const seen: [number, number][] = [];
    await inSlices(5 * GIB + 1, async (offset, length) => void seen.push([offset, length]));
    let next = 0;
    for (const [offset, length] of seen.toSorted(([a], [b]) => a - b)) {
      expect(offset).toBe(next);
      expect(length).toBeLessThanOrEqual(8 << 20);
      next += length;
    }
    expect(next).toBe(5 * GIB + 1);
  });

  it('does nothing for no bytes', async () => {
    await inSlices(0, () => Promise.reject(new Error('never called')));
  });

  it('begins no slice after one has failed, and waits for those under way', async () => {
    let begun = 0;
    let under = 0;
    const work = async (offset: number): Promise<void> => {
      begun += 1;
      under += 1;
      await Promise.resolve();
      under -= 1;
      if (offset === 0) throw new Error('the first fails');
    };
    await expect(inSlices(GIB, work)).rejects.toThrow('the first fails');
    expect(under).toBe(0);
    expect(begun).toBeLessThan(20);
  });

  it('ends with the reason of an abort', async () => {
    const abort = new AbortController();
    const work = async (): Promise<void> => abort.abort(new Error('enough'));
    await expect(inSlices(GIB, work, abort.signal)).rejects.toThrow('enough');
  });
});

describe('hashInTurns()', () => {
  it('hashes the view alone, and lets others take turns', async () => {
    const bytes = new Uint8Array(5 << 20).map((_, index) => index % 251);
    const view = new Float32Array(bytes.buffer, 4, 1 << 20);
    const hash = createHash('sha256');
    let turns = 0;
    const watch = setInterval(() => (turns += 1));
    await hashInTurns(hash, view);
    clearInterval(watch);
    expect(hash.digest('hex')).toBe(sha256(bytes.subarray(4, 4 + (4 << 20))));
    expect(turns).toBeGreaterThan(0);
  });
});
