import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { damageStore, foreignTensors, forgeStore, withFirstValue } from '../../support/damaged-store.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const at = (name: string): string => join(scratch.path, name);
const onWorld = (store: string): string => `data={dataset: ${at('world')}, store: ${at(store)}}`;

/** Names of everything in the directory of runs but the cache. */
const runsThere = (): string[] => {
  try {
    return readdirSync(at('runs')).filter((name) => name !== '.cache');
  } catch {
    return [];
  }
};

beforeAll(async () => {
  writeFileSync(at('file'), '');
  const other = writeTinyConfig(scratch.path).replace('tiny.yaml', 'other.yaml');
  writeFileSync(other, 'kind: uniform\nsizes: { train: 30, validation: 5, test: 5, ood: 0 }\n');
  for (const [from, to] of [
    [config, 'world'],
    [other, 'other'],
  ] as const) {
    expect((await balpm(['data', 'synth', '-c', from, '--out', at(to)])).status).toBe(0);
  }
  const store = at('world/features');
  damageStore(store, at('truncated'), (bytes) => bytes.subarray(0, 3000));
  forgeStore(store, at('not-finite'), (bytes) => withFirstValue(bytes, 'responses', Number.NaN));
  forgeStore(store, at('foreign'), foreignTensors);
});

describe('a run that cannot begin', () => {
  test.each([
    ['a config that is not there', 2, /Cannot read config '.*absent\.yaml'/, ['-c', at('absent.yaml')]],
    ['a batch above the pool', 2, /Cannot use acquisition\.batch 500/, ['acquisition.batch=500']],
    ['a k above the pool', 2, /Cannot use acquisition\.batch-entropy\.k 500/, ['acquisition.batch-entropy.k=500']],
    ['a split the dataset has not', 2, /Cannot use split 'holdout'/, ['splits.pool=holdout']],
    ['an id that is no name', 2, /Cannot use id '\.\.\/x'/, ['--id', '../x']],
    ['an output place nobody can make', 3, /Cannot make directory '\/proc\/none/, ['output.dir=/proc/none']],
    ['an output place below a file', 3, /Cannot make directory '.*file\/runs/, [`output.dir=${at('file/runs')}`]],
    ['a Python that is not there', 3, /'\/nonexistent'/, ['worker.python=/nonexistent']],
    ['a dataset that is not there', 4, /'.*absent.*'/, [`data={dataset: ${at('absent')}, store: ${at('other')}}`]],
    [
      'the features of another dataset',
      4,
      /made for dataset 'synthetic-uniform' \([0-9a-f]{12}…\), dataset 'synthetic-clustered' \([0-9a-f]{12}…\) is needed/,
      [onWorld('other/features')],
    ],
    ['truncated features', 4, /Cannot read tensors '.*truncated\/features\.safetensors'/, [onWorld('truncated')]],
    ['features with NaN', 4, /tensor 'responses' holds a value that is not finite/, [onWorld('not-finite')]],
    ['a foreign safetensors file', 4, /tensor 'prompts' is missing/, [onWorld('foreign')]],
  ])('%s: status %i, one line that says why, no run left behind', async (_name, status, message, args) => {
    const called = await balpm(['run', '-c', config, '--id', 'refused', ...args]);
    expect(called).toMatchObject({ status, stdout: '' });
    expect(called.stderr).toMatch(/^error: Cannot [^\n]+(?:, [^\n]+ (is|are) needed( \([^\n]+\))?|; [^\n]+)$/);
    expect(called.stderr).toMatch(message);
    expect(runsThere()).toEqual([]);
  });
});

test('balpm sweep makes no run when one of its runs cannot begin', async () => {
  const args = ['sweep', '-c', config, 'acquisition.batch-entropy.k=4,500', 'acquisition.policy=batch-entropy'];
  const { status, stderr } = await balpm(args);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(/^error: Cannot use .*k 500.* needed$/),
  });
  expect(runsThere()).toEqual([]);
});

test.each([
  ['truncated', /Cannot read features '.*truncated\/features\.safetensors': it has 3000 bytes, \d+ are needed/],
  ['foreign', /tensor 'prompts' is missing/],
])('balpm features show refuses a store that is %s', async (store, message) => {
  const { status, stderr } = await balpm(['features', 'show', at(store)]);
  expect({ status, stderr }).toEqual({ status: 4, stderr: expect.stringMatching(message) });
});

test('balpm features extract refuses a model directory that is not there and makes no store', async () => {
  const args = ['features', 'extract', at('world'), '--model', at('no-model'), '--out', at('store')];
  const { status, stdout, stderr } = await balpm(args);
  expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
  expect(stderr.split('\n').at(-1)).toMatch(/^error: Cannot load model '.*no-model': there is no such directory/);
  expect(readdirSync(scratch.path).filter((name) => /store|partial/.test(name))).toEqual([]);
});
