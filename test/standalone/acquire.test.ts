import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRESETS } from '../../src/acquisition/policies/batch-entropy/switches.ts';
import { NO_NEEDS, type Policy, type PolicyContext } from '../../src/acquisition/policy.ts';
import { widenFloat16 } from '../../src/math/widen-floats.ts';
import { drawWithoutReplacement, openStream } from '../../src/random/stream.ts';
import { acquire } from '../../src/standalone/acquire.ts';
import type { AcquireRequest } from '../../src/standalone/acquire-request.ts';
import { acquireWith } from '../../src/standalone/acquire-with.ts';
import { distinctRows } from '../../src/standalone/distinct-rows.ts';
import { startWorker, type WorkerClient } from '../../src/worker/client.ts';
import { float16Tensor, float32Tensor } from '../../src/worker/tensors/tensor.ts';
import { selectByBruteForce } from '../acquisition/oracles/brute-force.ts';
import { policyContext } from '../acquisition/oracles/policy-context.ts';
import { makeScratch } from '../support/balpm.ts';

const [ITEMS, DIMENSION] = [120, 6];
const stream = openStream(['test', 'acquire']);
const values = Float32Array.from({ length: ITEMS * DIMENSION }, () => stream.normal());
for (let item = 80; item < ITEMS; item++)
  values.copyWithin(item * DIMENSION, (item - 80) * DIMENSION, (item - 79) * DIMENSION);
const prompts = float32Tensor(values, [ITEMS, DIMENSION]);
const scores = Float64Array.from({ length: ITEMS }, () => 0.02 * stream.uniform());
const request = { prompts, scores, acquired: [5, 17, 90], batch: 12 } as const;
const indices = (picks: readonly { readonly index: number }[]): number[] => picks.map(({ index }) => index);

const scratch = makeScratch();
let worker: WorkerClient;
beforeAll(async () => {
  worker = await startWorker({ logFile: join(scratch.path, 'worker.log'), device: 'cpu' });
});
afterAll(async () => {
  await worker.close();
  scratch.remove();
});

/** A policy of these needs that keeps what it was given and picks the first of the pool. */
function spy(needs: Partial<Policy['needs']>): { policy: Policy; seen: PolicyContext[] } {
  const seen: PolicyContext[] = [];
  const select: Policy['select'] = async (context) => {
    seen.push(context);
    return [{ item: context.pool[0]!, score: null, terms: {} }];
  };
  return { seen, policy: { needs: { ...NO_NEEDS, ...needs }, select } };
}

describe('acquire()', () => {
  it.each(['paper', 'reference'] as const)('equals brute force, copies of prompts included: %s', async (preset) => {
    const options = { preset, k: 4, beta: 0.02 };
    const picks = await acquire({ policy: 'batch-entropy', options, ...request });
    expect(indices(picks)).toEqual(bruteForce(preset));
    expect(Object.keys(picks[0]!.terms)).toEqual(['epistemic', 'distance', 'digamma', 'entropy', 'weighted']);
    expect(picks[0]!.score).toBe(picks[0]!.terms['epistemic']! + picks[0]!.terms['weighted']!);
  });

  function bruteForce(preset: 'paper' | 'reference'): number[] {
    const { rows, promptOf } = distinctRows(values, DIMENSION);
    const pool = Int32Array.from({ length: ITEMS }, (_, item) => item).filter((item) => ![5, 17, 90].includes(item));
    const context = policyContext({
      pool,
      batch: request.batch,
      acquired: Int32Array.from(request.acquired),
      promptOf: promptOf.map((prompt) => rows[prompt]!),
      measures: { epistemic: Float64Array.from(pool, (item) => scores[item]!) },
    });
    const settings = { k: 4, beta: 0.02, betaScale: 'absolute', digammaDivisor: 1, standardise: false } as const;
    const features = { values, dimension: DIMENSION };
    return selectByBruteForce({ context, features, settings: { ...settings, switches: PRESETS[preset] } });
  }

  it.each([
    ['paper', {}],
    ['paper', { neighbourScope: 'pool', k: 55 }],
    ['reference', { k: 5 }],
  ] as const)('gives the same through a worker: %s %j', async (preset, more) => {
    const asked = { policy: 'batch-entropy', options: { preset, k: 4, beta: 0.02, ...more }, ...request };
    expect(indices(await acquire({ ...asked, worker }))).toEqual(indices(await acquire(asked)));
  });

  it('gives for float16 embeddings what their values in float32 give', async () => {
    const halves = Uint16Array.from({ length: ITEMS * 2 }, () => 0x3000 + stream.below(0x1000));
    const [narrow, wide] = [float16Tensor(halves, [ITEMS, 2]), float32Tensor(widenFloat16(halves), [ITEMS, 2])];
    const asked = { ...request, policy: 'batch-entropy', options: { k: 3 } };
    expect(await acquire({ ...asked, prompts: narrow })).toEqual(await acquire({ ...asked, prompts: wide }));
  });

  it('tells float64 scores apart in the preset paper and rounds them in reference', async () => {
    const alike = float32Tensor(new Float32Array(4).fill(1), [4, 1]);
    const close = Float64Array.of(0.1, 0.1, 0.1 + 1e-12, 0.1);
    const first = async (preset: string) =>
      indices(
        await acquire({
          policy: 'batch-entropy',
          options: { preset, k: 1, duplicates: 'rows' },
          prompts: alike,
          scores: close,
          batch: 1,
        }),
      );
    expect(await first('paper')).toEqual([2]);
    expect(await first('reference')).toEqual([0]);
  });

  it('breaks ties by the order', async () => {
    const even = { policy: 'top-k', prompts, scores: new Float32Array(ITEMS), batch: 3 };
    expect(indices(await acquire({ ...even, order: [7, 3, 50, 1] }))).toEqual([7, 3, 50]);
    expect(indices(await acquire({ ...even, acquired: [0, 2] }))).toEqual([1, 3, 4]);
  });

  it('draws from a stream of its own for seed and round, the same again', async () => {
    const draw = async (more: Partial<AcquireRequest> = {}) =>
      indices(await acquire({ policy: 'random', prompts, batch: 20, ...more }));
    expect(await draw()).toEqual(await draw({ seed: 1, round: 1 }));
    expect(new Set(await draw()).size).toBe(20);
    expect(await draw({ seed: 2 })).not.toEqual(await draw());
    expect(await draw({ round: 2 })).not.toEqual(await draw());
    const run = drawWithoutReplacement(openStream([7, 'acquisition', 'random', 3]), [...Array(ITEMS).keys()], 20);
    expect(await draw({ seed: 7, round: 3 })).toEqual(run);
    expect((await acquire({ policy: 'random', prompts, batch: 1 }))[0]).toEqual({
      index: expect.any(Number),
      score: null,
      terms: {},
      inclusionProbability: 1 / ITEMS,
    });
  });

  it('picks the whole pool when the batch is larger, and says so', async () => {
    const notes: string[] = [];
    const asked = {
      policy: 'batch-entropy',
      options: { k: 2 },
      prompts,
      scores,
      onNote: (note: string) => void notes.push(note),
    };
    const picks = await acquire({ ...asked, order: [3, 9, 4], batch: 5 });
    expect(indices(picks).sort()).toEqual([3, 4, 9]);
    expect(notes).toEqual([
      '117 of 120 items are neither in the order nor acquired: they are left out',
      'The pool holds 3 items, fewer than the batch of 5: all of them are picked',
    ]);
    expect(await acquire({ ...asked, acquired: [...Array(ITEMS).keys()], batch: 5 })).toEqual([]);
  });

  it('says that scores are not looked at when the policy ranks by none', async () => {
    const notes: string[] = [];
    await acquire({ policy: 'random', prompts, scores, batch: 1, onNote: (note) => void notes.push(note) });
    expect(notes).toEqual(["The scores are not looked at: policy 'random' ranks by none"]);
  });

  it.each([
    [{ policy: 'best' }, 'usage', /there is no such policy, one of random, top-k, /],
    [
      { policy: 'top-k', scores: undefined },
      'usage',
      /'top-k': it ranks by epistemic, scores of every item are needed/,
    ],
    [
      { options: { kk: 3 } },
      'usage',
      /has no option 'kk', one of preset, k, beta, .* is needed \(did you mean 'k'\?\)/,
    ],
    [{ options: { k: 0 } }, 'usage', /option 'k' is refused/],
    [{ options: { k: 80 } }, 'usage', /Cannot use option k 80: an item of the pool has 79 neighbours, at most that/],
    [{ batch: 0 }, 'usage', /Cannot use batch 0: it is none, a whole number of at least 1 is needed/],
    [{ batch: 2.5 }, 'usage', /Cannot use batch 2\.5/],
    [{ seed: -1 }, 'usage', /Cannot use seed -1/],
    [{ round: Number.NaN }, 'usage', /Cannot use round NaN/],
    [{ acquired: [1, 1] }, 'data', /'acquired': entry 1 is item 1 again/],
    [{ scores: new Float32Array(3) }, 'data', /Cannot use the scores: there are 3/],
    [{ prompts: float32Tensor(new Float32Array(3)) }, 'data', /Cannot use the prompt embeddings: their shape is 3/],
    [{ groups: [1] }, 'data', /Cannot use the groups: there are 1/],
  ])('refuses %j', async (change, kind, reason) => {
    const refused = acquire({ policy: 'batch-entropy', ...request, ...(change as object) });
    await expect(refused).rejects.toThrow(reason);
    await expect(refused).rejects.toMatchObject({ kind });
  });

  it('ends as stopped once its signal is aborted', async () => {
    const asked = { policy: 'batch-entropy', options: { k: 3 }, ...request, signal: AbortSignal.abort() };
    await expect(acquire(asked)).rejects.toMatchObject({ kind: 'stopped' });
    await expect(acquire({ ...asked, worker })).rejects.toMatchObject({ kind: 'stopped' });
  });
});

describe('acquireWith()', () => {
  it('gives a policy the rows, groups and external scores it asks for', async () => {
    const { policy, seen } = spy({ features: 'prompt', measures: ['external:price'] });
    const groups = Array.from({ length: ITEMS }, (_, item) => `g${item % 3}`);
    await acquireWith({ name: 'spy', policy }, { ...request, groups, order: [8, 2] });
    const [{ features, groups: numbers, measures, neighbours }] = seen as [PolicyContext];
    expect(features?.dimension).toBe(DIMENSION);
    expect(await features?.rows(Int32Array.of(8, 2))).toEqual(
      Float32Array.of(...values.subarray(48, 54), ...values.subarray(12, 18)),
    );
    expect([...numbers!.subarray(0, 4)]).toEqual([0, 1, 2, 0]);
    expect(measures['external:price']).toEqual(Float64Array.of(scores[8]!, scores[2]!));
    expect(neighbours).toBeNull();
  });

  it.each([
    [{ samples: true }, 'the samples of a posterior'],
    [{ features: 'latent' }, 'latent features of a model'],
    [{ features: 'pair', samples: true }, 'the samples of a posterior and pair features of a model'],
  ] as const)('refuses a policy that needs %j, saying why', async (needs, what) => {
    const { policy } = spy(needs);
    await expect(acquireWith({ name: 'spy', policy }, request)).rejects.toThrow(
      `Cannot use policy 'spy' on scores and embeddings alone: it asks for ${what}, a run (balpm run) or another policy is needed`,
    );
  });
});
