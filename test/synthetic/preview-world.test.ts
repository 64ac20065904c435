import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readDataset } from '../../src/data/dataset.ts';
import { readLabels } from '../../src/data/read-labels.ts';
import { readStoreManifest } from '../../src/features/store/store.ts';
import { previewWorld } from '../../src/synthetic/preview-world.ts';
import { SyntheticWorld } from '../../src/synthetic/world-config.ts';
import { writeSyntheticWorld } from '../../src/synthetic/write-synthetic-world.ts';
import { makeScratch } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const sizes = { train: 60, validation: 10, test: 12, ood: 8 };

test.each(['clustered', 'uniform'] as const)(
  'previewWorld() of a %s world is what reading it would give',
  async (kind) => {
    const world = SyntheticWorld.parse({ kind, sizes, ...(kind === 'clustered' ? { prompts: 9, clusters: 3 } : {}) });
    const path = join(scratch.path, kind);
    await writeSyntheticWorld(world, path);
    const written = await readDataset(path);
    const { dataset, labels, dimension } = previewWorld(world);
    expect(dataset.splits).toEqual(written.splits);
    expect(dataset.manifest).toMatchObject({ name: written.manifest.name, counts: written.manifest.counts });
    expect(dataset.manifest.splits).toEqual(written.manifest.splits);
    expect(labels).toEqual(await readLabels(written));
    expect(dimension).toBe((await readStoreManifest(join(path, 'features'))).features.responses[1]);
  },
);
