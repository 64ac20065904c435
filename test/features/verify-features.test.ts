import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readDataset } from '../../src/data/dataset.ts';
import { importDataset } from '../../src/data/import/import-dataset.ts';
import { extractFeatures } from '../../src/features/extraction/extract-features.ts';
import { readSafetensors, valuesOf } from '../../src/features/store/safetensors.ts';
import { readStoreManifest, writeStore } from '../../src/features/store/store.ts';
import { verifyFeatures } from '../../src/features/verify-features.ts';
import { resolvePython } from '../../src/worker/links/local/interpreter.ts';
import { NO_COLUMNS, temporaryDirectory } from '../data/fixtures.ts';

const folder = temporaryDirectory();
const at = (name: string): string => join(folder, name);
const python = resolvePython();
const process = { python, threads: 1, signal: new AbortController().signal, onProgress: () => undefined };

const verify = (change: Partial<Parameters<typeof verifyFeatures>[0]['settings']> = {}) =>
  verifyFeatures({
    ...process,
    settings: {
      dataset: at('dataset'),
      store: at('store'),
      model: at('model'),
      adapter: null,
      promptTexts: null,
      sample: 9,
      seed: 1,
      device: 'cpu',
      deviceMap: null,
      trustRemoteCode: false,
      ...change,
    },
  });

beforeAll(async () => {
  const pairs = Array.from({ length: 8 }, (_, index) => ({
    prompt: `say ${'word '.repeat(index % 3)}${index % 4}`,
    response_a: `hello ${index}`,
    response_b: 'hello there',
    preferred: 'a',
  }));
  writeFileSync(at('train.jsonl'), pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
  const source = { source: at('train.jsonl'), files: [], split: 'train', splitColumn: 'split', columns: NO_COLUMNS };
  const rest = { name: 'toy', seed: 0, shuffleSides: 'never', unlabelled: [] } as const;
  await importDataset({ ...source, ...rest }, at('dataset'), process.signal);
  for (const model of ['model', 'other'])
    execFileSync(python, ['test/features/save-tiny-llama.py', at(model)], { stdio: 'ignore' });
  const config = JSON.parse(readFileSync(at('other/config.json'), 'utf8'));
  writeFileSync(at('other/config.json'), JSON.stringify({ ...config, rms_norm_eps: 0.5 }));
  await extractFeatures({
    ...process,
    devices: ['cpu'],
    settings: {
      dataset: at('dataset'),
      out: at('store'),
      columns: null,
      model: at('model'),
      revision: null,
      adapter: null,
      attention: null,
      quantisation: null,
      deviceMap: null,
      promptTemplate: 'Q: {prompt}',
      responseTemplate: 'Q: {prompt} A: {response}',
      chat: null,
      promptCut: 'paper',
      specialTokens: true,
      promptTexts: null,
      outputs: [{ pooling: 'mean', layer: 1 }],
      uncertainty: null,
      maxTokens: 20,
      dtype: 'float32',
      storeDtype: 'float32',
      tokenBudget: 64,
      partTokens: null,
      way: 'auto',
      trustRemoteCode: false,
    },
  });
}, 120_000);

test('verifyFeatures() finds the features of a sample again, half of it prompts', async () => {
  const found = await verify();
  expect(found).toMatchObject({ prompts: 4, responses: 5, wrong: 0 });
  expect(found.maxDifference).toBeLessThan(found.tolerance);
  expect(found.maxDifference).toBeGreaterThanOrEqual(found.meanDifference);
}, 60_000);

test('verifyFeatures() finds the text whose features are others', async () => {
  const manifest = await readStoreManifest(at('store'));
  const tensors = await readSafetensors(at('store/features.safetensors'));
  const { manifest: dataset } = await readDataset(at('dataset'));
  const wide = (name: string) => ({
    values: Float32Array.from(valuesOf(tensors, name, 'float32', at('store')).values),
    dimension: manifest.features.prompts[1],
  });
  const responses = wide('responses');
  responses.values.fill(0.25, 3 * responses.dimension, 4 * responses.dimension);
  const splits = new Map([['train', valuesOf(tensors, 'train', 'int32', at('store')).values as Int32Array]]);
  await writeStore(at('altered'), { dataset, source: manifest.source, prompts: wide('prompts'), responses, splits });
  const found = await verify({ store: at('altered'), sample: 1000 });
  expect(found).toMatchObject({ wrong: 1, worst: 'row 3 of responses' });
}, 60_000);

test('verifyFeatures() refuses another model', async () => {
  await expect(verify({ model: at('other') })).rejects.toThrow(
    /Cannot verify '.*store': the files of '.*other' are not those it was made with, the same model is needed/,
  );
}, 60_000);

test('verifyFeatures() refuses a store that no model made', async () => {
  const manifest = { ...(await readStoreManifest(at('store'))), source: { type: 'function' } };
  const { manifest: dataset } = await readDataset(at('dataset'));
  const prompts = { values: new Float32Array(dataset.counts.prompts).fill(1), dimension: 1 };
  const responses = { values: new Float32Array(dataset.counts.responses).fill(1), dimension: 1 };
  await writeStore(at('function'), { dataset, source: manifest.source, prompts, responses, splits: new Map() });
  await expect(verify({ store: at('function') })).rejects.toThrow("its features are of type 'function'");
});
