import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { messageOf } from '../../../src/base/errors.ts';
import { importDataset } from '../../../src/data/import/import-dataset.ts';
import { extractFeatures } from '../../../src/features/extraction/extract-features.ts';
import type { ExtractionSettings } from '../../../src/features/extraction/extraction-settings.ts';
import { readSafetensors, valuesOf } from '../../../src/features/store/safetensors.ts';
import { assertStoreBelongs, checkStoreFiles, readStoreManifest } from '../../../src/features/store/store.ts';
import type { StoreManifest } from '../../../src/features/store/store-format.ts';
import { resolvePython } from '../../../src/worker/links/local/interpreter.ts';
import { NO_COLUMNS } from '../../data/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'balpm-extract-test-'));
const dataset = join(folder, 'dataset');
const model = join(folder, 'tiny-llama');
const python = resolvePython();
const signal = new AbortController().signal;

const settings: ExtractionSettings = {
  dataset,
  out: join(folder, 'store'),
  model,
  revision: null,
  promptTemplate: 'Instruction: {prompt}',
  responseTemplate: 'Instruction: {prompt}\nResponse: {response}',
  chat: null,
  promptCut: 'end',
  specialTokens: true,
  promptTexts: null,
  outputs: [{ pooling: 'auto', layer: null }],
  uncertainty: null,
  columns: null,
  maxTokens: 64,
  dtype: 'float32',
  storeDtype: 'float32',
  tokenBudget: 256,
  partTokens: null,
  way: 'auto',
  trustRemoteCode: false,
  adapter: null,
  attention: null,
  quantisation: null,
  deviceMap: null,
};

const extract = (change: Partial<ExtractionSettings>, phases: (string | null)[] = []) =>
  extractFeatures({
    settings: { ...settings, ...change },
    python,
    devices: ['cpu'],
    threads: 1,
    signal,
    onProgress: ({ note }) => phases.push(note),
  });

beforeAll(async () => {
  const pairs = [
    { prompt: 'say hello', response_a: 'hello', response_b: 'hello there', preferred: 'a' },
    { prompt: 'say bye', response_a: 'good bye', response_b: 'bye', preferred: 'b' },
  ];
  const file = join(folder, 'train.jsonl');
  writeFileSync(file, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
  await importDataset(
    {
      source: file,
      files: [],
      split: 'train',
      splitColumn: 'split',
      columns: NO_COLUMNS,
      name: 'toy',
      seed: 0,
      shuffleSides: 'never',
      unlabelled: [],
    },
    dataset,
    signal,
  );
  execFileSync(python, [fileURLToPath(new URL('../save-tiny-llama.py', import.meta.url)), model], { stdio: 'ignore' });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('extractFeatures() writes a store that belongs to the dataset', async () => {
  const phases: (string | null)[] = [];
  const { counts, manifests } = await extract({}, phases);
  const manifest = manifests[0] as StoreManifest;
  expect(counts).toMatchObject({ prompts: 2, responses: 4, stores: [{ dimension: 32, id: manifest.id }] });
  expect(manifest.source).toMatchObject({ type: 'transformers', model: 'tiny-llama', pooling: 'last-token' });
  expect(phases).toContain('loading the model');
  assertStoreBelongs(
    await readStoreManifest(settings.out),
    { ...manifest.dataset, counts: { items: 1, prompts: 2, responses: 4 } },
    settings.out,
  );
  await checkStoreFiles(settings.out, manifest);
  const tensors = await readSafetensors(join(settings.out, 'features.safetensors'));
  expect(valuesOf(tensors, 'train', 'int32', settings.out).values).toEqual(Int32Array.of(0, 0, 1, 1, 2, 3));
}, 60_000);

test('extractFeatures() passes on what the worker found wrong and leaves nothing behind', async () => {
  const out = join(folder, 'refused');
  await expect(extract({ out, model: join(folder, 'absent') })).rejects.toMatchObject({
    kind: 'data',
    message: `Cannot load model '${join(folder, 'absent')}': there is no such directory, a model directory or a hub id is needed`,
  });
  expect(readdirSync(folder).filter((name) => name.includes('partial') || name === 'refused')).toEqual([]);
}, 60_000);

test('extractFeatures() cuts at the limit of a small model unless told', async () => {
  const { manifests } = await extract({ out: join(folder, 'uncut'), maxTokens: null, tokenBudget: 512 });
  expect(manifests[0]?.source).toMatchObject({ maxTokens: 64 });
}, 60_000);

test('extractFeatures() tells a missing dataset and an existing store before a worker starts', async () => {
  const without = {
    settings: { ...settings, dataset: join(folder, 'none'), out: join(folder, 'new') },
    python: '/absent/python',
  };
  const options = { devices: ['cpu'], threads: 1, signal, onProgress: () => undefined };
  await expect(extractFeatures({ ...options, ...without })).rejects.toThrow(
    /Cannot read dataset manifest '.*none\/manifest\.json'/,
  );
  const existing = { settings: { ...settings, out: folder }, python: '/absent/python' };
  await expect(extractFeatures({ ...options, ...existing })).rejects.toThrow(
    `Cannot write '${folder}': it already exists`,
  );
  expect(existsSync(join(folder, 'new'))).toBe(false);
});

test('extractFeatures() keeps the log that its message names', async () => {
  const script = join(folder, 'broken-python');
  writeFileSync(script, '#!/bin/sh\necho no such package >&2\nexit 1\n', { mode: 0o755 });
  const broken = { settings: { ...settings, out: join(folder, 'never') }, python: script };
  const failure: unknown = await extractFeatures({
    ...broken,
    devices: ['cpu'],
    threads: 1,
    signal,
    onProgress: () => undefined,
  }).catch((error: unknown) => error);
  const log = /its log is '(.+)'/.exec(messageOf(failure))?.[1] as string;
  expect(readFileSync(log, 'utf8')).toContain('no such package');
  rmSync(dirname(log), { recursive: true });
});
