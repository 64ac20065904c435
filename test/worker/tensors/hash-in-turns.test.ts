import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/text/canonical-json.ts';
import { hashInTurns } from '../../../src/worker/tensors/hash-in-turns.ts';

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
