import { describe, expect, it } from 'vitest';
import { POLICIES } from '../../../src/acquisition/index.ts';
import { openStream } from '../../../src/random/stream.ts';
import { acquire } from '../../../src/standalone/acquire.ts';
import type { AcquireRequest } from '../../../src/standalone/acquire-request.ts';
import { float32Tensor } from '../../../src/worker/tensors/tensor.ts';

const [ITEMS, DIMENSION, BATCH] = [60, 3, 7];
const stream = openStream(['test', 'every policy']);
const request: AcquireRequest = {
  prompts: float32Tensor(
    Float32Array.from({ length: ITEMS * DIMENSION }, () => stream.normal()),
    [ITEMS, DIMENSION],
  ),
  scores: Float64Array.from({ length: ITEMS }, () => 0.02 * stream.uniform()),
  acquired: [1, 2, 3],
  batch: BATCH,
};
const indices = (picks: readonly { readonly index: number }[]): number[] => picks.map(({ index }) => index);

describe('acquire()', () => {
  it.each(
    POLICIES.map((definition) => [definition.name, definition.create(definition.options.parse({})).needs] as const),
  )('serves %s, or says what it asks for', async (policy, needs) => {
    if (needs.samples || needs.features === 'pair' || needs.features === 'latent') {
      await expect(acquire({ policy, ...request })).rejects.toThrow(/on scores and embeddings alone: it asks for /);
      return;
    }
    const picks = indices(await acquire({ policy, ...request }));
    expect(new Set(picks).size).toBe(BATCH);
    expect(picks.some((item) => [1, 2, 3].includes(item) || item < 0 || item >= ITEMS)).toBe(false);
    expect(indices(await acquire({ policy, ...request }))).toEqual(picks);
  });

  const logits = float32Tensor(
    Float32Array.from({ length: 4 * ITEMS }, () => stream.normal()),
    [4, ITEMS],
  );
  const { scores: _unused, ...byLogits } = { ...request, logits };

  it.each(
    POLICIES.map((definition) => [definition.name, definition.create(definition.options.parse({})).needs] as const),
  )('serves %s by logits, or says what it asks for', async (policy, needs) => {
    const refused =
      needs.targets || needs.features === 'pair' || needs.features === 'latent'
        ? /on scores and embeddings alone: it asks for /
        : needs.measures.some((name) => name === 'lru' || name.startsWith('external:'))
          ? /on logits: it ranks by external:/
          : null;
    const chosen = acquire({ policy, ...byLogits });
    if (refused !== null) return expect(chosen).rejects.toThrow(refused);
    expect(new Set(indices(await chosen)).size).toBe(BATCH);
    return undefined;
  });

  it('ranks by the scores whatever the measure is called', async () => {
    const best = indices(await acquire({ policy: 'top-k', ...request }));
    for (const column of ['entropy_both_mean', 'price'])
      expect(indices(await acquire({ policy: 'llm-uncertainty', options: { column }, ...request }))).toEqual(best);
    const { scores: _scores, ...without } = request;
    await expect(acquire({ policy: 'llm-uncertainty', ...without })).rejects.toThrow(
      /it ranks by external:entropy_both_mean/,
    );
    expect(await acquire({ policy: 'entropy-only', options: { k: 5 }, ...without })).toHaveLength(BATCH);
  });

  it('takes one item a group where the policy does', async () => {
    const groups = Array.from({ length: ITEMS }, (_, item) => `user ${item % BATCH}`);
    const picks = indices(await acquire({ policy: 'clustered-rank', ...request, groups }));
    expect(new Set(picks.map((item) => item % BATCH)).size).toBe(BATCH);
  });

  it('refuses negative scores where they are weights', async () => {
    const scores = Float64Array.from(request.scores ?? [], (score, item) => (item === 9 ? -score : score));
    const refused = acquire({ policy: 'sample', ...request, scores });
    await expect(refused).rejects.toMatchObject({ kind: 'data' });
    await expect(refused).rejects.toThrow(/item 9 has -0\.0/);
    expect(await acquire({ policy: 'top-k', ...request, scores })).toHaveLength(BATCH);
  });
});
