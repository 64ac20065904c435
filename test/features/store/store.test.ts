import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { hashFile } from '../../../src/base/files/files.ts';
import { readSafetensors, tensorOf, valuesOf, writeSafetensors } from '../../../src/features/store/safetensors.ts';
import {
  assertStoreBelongs,
  checkStoreFiles,
  readStoreManifest,
  type StoreContent,
  writeStore,
} from '../../../src/features/store/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'balpm-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

const dataset = { name: 'toy', hash: 'a'.repeat(64), counts: { items: 1, prompts: 2, responses: 3 } };
const content: StoreContent = {
  dataset,
  source: { type: 'synthetic', seed: 7 },
  prompts: { values: Float32Array.of(1, 2, 3, 4), dimension: 2 },
  responses: { values: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), dimension: 3 },
  splits: new Map([['train', Int32Array.of(1, 0, 2)]]),
};

let count = 0;
const place = (): string => join(folder, `store-${count++}`);

test('writeStore() writes tensors and a manifest that read back', async () => {
  const path = place();
  const manifest = await writeStore(path, content);
  expect(await readStoreManifest(path)).toEqual(manifest);
  expect(manifest.features).toMatchObject({ dtype: 'float32', prompts: [2, 2], responses: [3, 3] });
  const tensors = await readSafetensors(join(path, 'features.safetensors'));
  expect(valuesOf(tensors, 'responses', 'float32', path).values).toEqual(content.responses.values);
  expect(valuesOf(tensors, 'train', 'int32', path)).toEqual({ values: Int32Array.of(1, 0, 2), shape: [1, 3] });
});

test('writeStore() gives equal content an equal id, and another id to another source', async () => {
  const first = await writeStore(place(), content);
  const second = await writeStore(place(), content);
  const other = await writeStore(place(), { ...content, source: { type: 'synthetic', seed: 8 } });
  expect(second.id).toBe(first.id);
  expect(other.id).not.toBe(first.id);
});

test('writeStore() refuses an existing path and leaves it as it is', async () => {
  const path = place();
  await writeStore(path, content);
  const before = readFileSync(join(path, 'manifest.json'));
  await expect(writeStore(path, content)).rejects.toThrow(
    `Cannot write '${path}': it already exists, a new path is needed`,
  );
  expect(readFileSync(join(path, 'manifest.json')).equals(before)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

test.each([
  [
    'values that do not fit the dataset',
    { prompts: { values: Float32Array.of(1, 2), dimension: 2 } },
    /2 values of prompts, 2 rows of 2 are needed/,
  ],
  [
    'NaN',
    { responses: { values: new Float32Array(9).fill(Number.NaN, 4, 5), dimension: 3 } },
    /row 1 of responses holds NaN, a finite number is needed/,
  ],
  [
    'an index past the rows',
    { splits: new Map([['train', Int32Array.of(0, 1, 3)]]) },
    /item 0 of split 'train' names row 3, a row below 3 is needed/,
  ],
  [
    'a split named as a tensor',
    { splits: new Map([['prompts', Int32Array.of()]]) },
    /a split is called 'prompts', another name is needed/,
  ],
])('writeStore() refuses %s and writes nothing', async (_what, change, message) => {
  const path = place();
  await expect(writeStore(path, { ...content, ...change })).rejects.toThrow(message);
  expect(existsSync(path)).toBe(false);
});

test('assertStoreBelongs() refuses a store of another dataset by name', async () => {
  const manifest = await writeStore(place(), content);
  expect(() => assertStoreBelongs(manifest, dataset, 'S')).not.toThrow();
  expect(() => assertStoreBelongs(manifest, { ...dataset, name: 'other', hash: 'b'.repeat(64) }, 'S')).toThrow(
    "Cannot use feature store 'S': it was made for dataset 'toy' (aaaaaaaaaaaa…), dataset 'other' (bbbbbbbbbbbb…) is needed",
  );
});

test('assertStoreBelongs() refuses a store of other rows than its dataset has', async () => {
  const manifest = await writeStore(place(), content);
  const counts = { ...dataset.counts, responses: dataset.counts.responses + 1 };
  expect(() => assertStoreBelongs(manifest, { ...dataset, counts }, 'S')).toThrow(
    /^Cannot use feature store 'S': it has \d+ rows of responses where its dataset has \d+; extract or import features of this dataset again$/,
  );
});

test('readStoreManifest() names the field that is wrong', async () => {
  const path = place();
  const manifest = await writeStore(path, content);
  writeFileSync(
    join(path, 'manifest.json'),
    JSON.stringify({ ...manifest, features: { ...manifest.features, bytes: 'x' } }),
  );
  await expect(readStoreManifest(path)).rejects.toThrow(/manifest\.json': field 'features\.bytes': .*is needed/);
  writeFileSync(join(path, 'manifest.json'), '{');
  await expect(readStoreManifest(path)).rejects.toThrow(/it is not a JSON object, a balpm-features manifest is needed/);
  await expect(readStoreManifest(join(folder, 'absent'))).rejects.toThrow(/there is no such file/);
});

test('readStoreManifest() refuses an id that is not the hash of the content', async () => {
  const path = place();
  const manifest = await writeStore(path, content);
  writeFileSync(join(path, 'manifest.json'), JSON.stringify({ ...manifest, source: { type: 'synthetic', seed: 9 } }));
  await expect(readStoreManifest(path)).rejects.toThrow(new RegExp(`its id is ${manifest.id}, [0-9a-f]{64} is needed`));
});

test('checkStoreFiles() notices a changed byte, a cut file and a foreign shape', async () => {
  const path = place();
  const manifest = await writeStore(path, content);
  await checkStoreFiles(path, manifest);
  const file = join(path, 'features.safetensors');
  const bytes = readFileSync(file);
  const wrongShape = { ...manifest, features: { ...manifest.features, prompts: [1, 4] as [number, number] } };
  await expect(checkStoreFiles(path, wrongShape)).rejects.toThrow(
    /tensor 'prompts' is float32 2 × 2, float32 1 × 4 is needed/,
  );
  writeFileSync(file, bytes.subarray(0, -1));
  await expect(checkStoreFiles(path, manifest)).rejects.toThrow(/it has \d+ bytes, \d+ are needed/);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await expect(checkStoreFiles(path, manifest)).rejects.toThrow(/its SHA-256 is [0-9a-f]{64}, [0-9a-f]{64} is needed/);
});

test('checkStoreFiles() notices a feature that is not finite in a store whose hashes are right', async () => {
  const path = place();
  const manifest = await writeStore(path, content);
  const file = join(path, 'features.safetensors');
  const tensors = new Map(await readSafetensors(file));
  tensors.set('responses', tensorOf(new Float32Array(9).fill(Number.NaN, 7, 8), [3, 3]));
  rmSync(file);
  writeSafetensors(file, tensors);
  const features = { ...manifest.features, sha256: await hashFile(file) };
  await expect(checkStoreFiles(path, { ...manifest, features })).rejects.toThrow(
    /row 2 of tensor 'responses' holds NaN or infinity/,
  );
});
