import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FeatureSource, FeatureSpace } from '../../src/acquisition/policy.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openWorkbench } from '../../src/experiment/open-workbench.ts';
import { createRoundModel } from '../../src/loop/model/posterior-model.ts';
import type { RoundModel } from '../../src/loop/model/round-model.ts';
import type { Problem } from '../../src/loop/problem/problem.ts';
import { INITIAL_STATE, type RunState } from '../../src/loop/state.ts';
import type { Workbench } from '../../src/loop/workbench.ts';
import { openStream } from '../../src/random/stream.ts';
import { buildFeatureSource } from '../../src/standalone/in-process/build-feature-source.ts';
import { makeScratch } from '../support/balpm.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';

const scratch = makeScratch();
const SPACES: readonly FeatureSpace[] = ['prompt', 'pair', 'latent'];
let bench: Workbench;
let problem: Problem;
let model: RoundModel;
let state: RunState;

beforeAll(async () => {
  const { config } = await loadConfig(writeTinyConfig(scratch.path), []);
  bench = openWorkbench({
    worker: config.worker,
    cacheDir: config.output.dir,
    workerLog: join(scratch.path, 'worker.log'),
    connectionFile: join(scratch.path, 'connection.json'),
    calls: join(scratch.path, 'calls.jsonl'),
    work: join(scratch.path, 'work'),
    signal: new AbortController().signal,
    note: () => undefined,
  });
  problem = await bench.prepare(config);
  model = createRoundModel({ config, problem, workbench: bench, ownModel: null });
  const labelled = problem.pool.ids
    .slice(0, 20)
    .map((id, index) => ({ id, preferred: index % 3 ? 'a' : 'b' }) as const);
  state = { ...INITIAL_STATE, labelled };
});
afterAll(async () => {
  await bench.close();
  scratch.remove();
});

/** The worker's source, and one over the same rows that computes here. */
async function bothSources(space: FeatureSpace): Promise<{ there: FeatureSource; here: FeatureSource }> {
  const there = await model.features(space, 0, state);
  const everything = Int32Array.from(problem.pool.ids.keys());
  return { there, here: buildFeatureSource({ values: await there.rows(everything), dimension: there.dimension }) };
}

const candidates = Int32Array.from({ length: 100 }, (_, index) => 2 * index + 20);
const known = Int32Array.from({ length: 20 }, (_, index) => index);
const draw = (name: string, size: number): Float64Array => {
  const stream = openStream(['test', name]);
  return Float64Array.from({ length: size }, () => stream.uniform());
};

describe('openFeatureSource()', () => {
  test.each([
    ['prompt', 8],
    ['pair', 16],
    ['latent', 8],
  ] as const)('gives rows of %s space', async (space, dimension) => {
    const source = await model.features(space, 0, state);
    expect(source.dimension).toBe(dimension);
    expect(await source.rows(Int32Array.of(3, 4, 3))).toHaveLength(3 * dimension);
    const [first, again] = [await source.rows(Int32Array.of(7)), await source.rows(Int32Array.of(5, 7))];
    // A product of one row may be summed in another order than one of two.
    first.forEach((value, axis) => expect(again[dimension + axis]).toBeCloseTo(value, 5));
  });

  test('gives items of one prompt one place in prompt space', async () => {
    const source = await model.features('prompt', 0, state);
    const { promptOf } = problem.pool;
    const twin = promptOf.findIndex((prompt, item) => item > 0 && prompt === promptOf[0]);
    expect(await source.rows(Int32Array.of(twin))).toEqual(await source.rows(Int32Array.of(0)));
  });

  test.each(SPACES)('spreads in %s space as the same rows do here', async (space) => {
    const { there, here } = await bothSources(space);
    for (const draws of [null, draw('spread', 15)]) {
      for (const scale of [null, draw('scale', 100)]) {
        const request = { candidates, centres: draws ? new Int32Array(0) : known, picks: 15, scale, draws };
        const [far, near] = [await there.spread(request), await here.spread(request)];
        expect(far.positions).toEqual(near.positions);
        far.values.forEach((value, pick) => {
          if (Number.isFinite(value)) expect(value).toBeCloseTo(near.values[pick]!, 6);
          else expect(near.values[pick]).toBe(value);
        });
      }
    }
  });

  test.each(SPACES)('chooses by information in %s space as the same rows do here', async (space) => {
    const { there, here } = await bothSources(space);
    const [weights, knownWeights] = [draw('weights', 100), draw('known', 20)];
    const request = { candidates, weights, known, knownWeights, ridge: 0.1, picks: 30 };
    const [far, near] = [await there.logDet(request), await here.logDet(request)];
    expect(far.positions).toEqual(near.positions);
    far.values.forEach((value, pick) => expect(value).toBeCloseTo(near.values[pick]!, 8));
  });

  test.each(SPACES)('clusters in %s space as the same rows do here', async (space) => {
    const { there, here } = await bothSources(space);
    const learntOn = Int32Array.from({ length: 60 }, (_, index) => index);
    const request = { items: candidates, learntOn, clusters: 5, draws: draw('clusters', 5), iterations: 20 };
    expect(await there.clusters(request)).toEqual(await here.clusters(request));
  });

  test('fits the posterior again when the worker that held it was killed', async () => {
    const source = await model.features('latent', 0, state);
    const before = await source.rows(candidates);
    process.kill((await bench.worker()).hello.pid, 'SIGKILL');
    expect(await source.rows(candidates)).toEqual(before);
  });
});
