import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashFile } from '../../src/base/files/files.ts';
import { checkDataset } from '../../src/data/check-dataset.ts';
import { readDataset } from '../../src/data/dataset.ts';
import { readLabels } from '../../src/data/read-labels.ts';
import { assertStoreBelongs, checkStoreFiles, readStoreManifest } from '../../src/features/store/store.ts';
import { SyntheticWorld, writeSyntheticWorld } from '../../src/synthetic/index.ts';
import { synthesise } from '../../src/synthetic/synthesise.ts';
import { linesOf, namesIn, temporaryDirectory } from '../data/fixtures.ts';
import { readSafetensorsTensor } from '../data/import/read-safetensors-tensor.ts';

const config = SyntheticWorld.parse({
  kind: 'clustered',
  prompts: 12,
  promptDimension: 3,
  answerDimension: 4,
  sizes: { train: 60, validation: 5, test: 7, ood: 6 },
});

async function write(): Promise<string> {
  const path = join(temporaryDirectory(), 'world');
  await writeSyntheticWorld(config, path);
  return path;
}

describe('writeSyntheticWorld()', () => {
  test('writes a dataset that passes its check, with a store that belongs to it', async () => {
    const path = await write();
    for await (const finding of checkDataset(path)) expect(finding.text).not.toContain('reveals the label');
    const store = join(path, 'features');
    const manifest = await readStoreManifest(store);
    const dataset = await readDataset(path);
    assertStoreBelongs(manifest, dataset.manifest, store);
    await checkStoreFiles(store, manifest);
    expect(manifest.features).toMatchObject({ prompts: [dataset.manifest.counts.prompts, 3], responses: [156, 7] });
    expect(namesIn(path)).toEqual([
      'features',
      'items.jsonl',
      'labels.jsonl',
      'manifest.json',
      'prompts.jsonl',
      'responses.jsonl',
      'truth.jsonl',
    ]);
  });

  test('puts features, labels and truth of the world at the rows of its items', async () => {
    const path = await write();
    const dataset = await readDataset(path);
    const labels = await readLabels(dataset);
    const store = join(path, 'features', 'features.safetensors');
    const responses = floats(readSafetensorsTensor(store, 'responses'));
    const truth = new Map(linesOf(path, 'truth.jsonl').map((line) => [line['id'], line]));
    for (const { name, pairs } of synthesise(config).splits) {
      const split = dataset.splits.get(name);
      pairs.forEach((pair, index) => {
        const row = split?.b[index] as number;
        expect([...responses.subarray(7 * row, 7 * row + 7)]).toEqual([
          ...Float32Array.from([...pair.prompt.features, ...pair.b.features]),
        ]);
        expect(labels.get(name)?.probabilities[index]).toBe(pair.preferred === 'a' ? 1 : 0);
        expect(truth.get(split?.ids[index])).toMatchObject({ reward_a: pair.a.reward, reward_b: pair.b.reward });
      });
      const rows = readSafetensorsTensor(store, name);
      expect(rows.readInt32LE(4 * (rows.length / 4 - 1))).toBe(split?.b.at(-1));
    }
  });

  test('writes the same bytes every time', async () => {
    const [first, second] = [await write(), await write()];
    for (const name of [
      'manifest.json',
      'labels.jsonl',
      'truth.jsonl',
      'features/manifest.json',
      'features/features.safetensors',
    ]) {
      expect(await hashFile(join(second, name)), name).toBe(await hashFile(join(first, name)));
    }
  });

  test('refuses a path that exists', async () => {
    await expect(writeSyntheticWorld(config, temporaryDirectory())).rejects.toMatchObject({ exitStatus: 2 });
  });

  test('gives texts a person can read, and that say nothing of the label', async () => {
    const path = await write();
    expect(readFileSync(join(path, 'prompts.jsonl'), 'utf8')).toMatch(/^\{"text":"Question \d+ of topic \d+/);
    expect(
      linesOf(path, 'responses.jsonl')
        .slice(0, 2)
        .map(({ text }) => (text as string).slice(0, 9)),
    ).toEqual(['Answer 1 ', 'Answer 2 ']);
  });
});

const floats = (bytes: Buffer): Float32Array => new Float32Array(new Uint8Array(bytes).buffer);
