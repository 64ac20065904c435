import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Campaign } from '../../../src/slurm/campaign/campaign.ts';
import { campaignPaths } from '../../../src/slurm/campaign/campaign-paths.ts';
import { collectStores } from '../../../src/slurm/campaign/collect-stores.ts';
import { writeResult } from '../../../src/slurm/campaign/results.ts';
import { makeScratch } from '../../support/balpm.ts';
import { writeTinyStores } from '../../support/tiny-stores.ts';

const scratch = makeScratch();
afterAll(() => scratch.remove());
const campaign: Pick<Campaign, 'paths' | 'units'> = {
  paths: campaignPaths(join(scratch.path, 'store.slurm')),
  units: [
    { kind: 'shard', id: 'shard-1', index: 1, count: 1 },
    { kind: 'merge', id: 'merge' },
  ],
};

test('collectStores() names what is not done, then the store, its manifest and its page', async () => {
  const { stores } = await writeTinyStores(scratch.path);
  const [, store = ''] = stores;
  mkdirSync(campaign.paths.results, { recursive: true });
  await expect(collectStores(campaign, store)).rejects.toMatchObject({
    kind: 'stopped',
    message: expect.stringContaining('shard-1, merge are not done'),
  });
  for (const unit of ['shard-1', 'merge'])
    writeResult(campaign.paths.results, {
      unit,
      standing: 'done',
      exitStatus: 0,
      message: '',
      digest: null,
      job: '1',
      time: '',
    });
  const plain = { store, id: expect.stringMatching(/./), manifest: join(store, 'manifest.json') };
  expect(await collectStores(campaign, store)).toEqual([{ ...plain, quality: null }]);
  writeFileSync(join(store, 'quality.html'), '');
  expect(await collectStores(campaign, store)).toEqual([{ ...plain, quality: join(store, 'quality.html') }]);
});
