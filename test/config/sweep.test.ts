import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hashOf } from '../../src/base/text/canonical-json.ts';
import { experimentIdentity } from '../../src/config/identity.ts';
import { loadSweep } from '../../src/config/sweep.ts';
import { makeScratch } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const path = join(scratch.path, 'sweep.yaml');
writeFileSync(path, 'data: {dataset: d, store: s}\nsweep: {seed: 1..2}\n');
const load = (...args: string[]) => loadSweep(path, args, (config) => hashOf(experimentIdentity(config)));
const ids = async (...args: string[]): Promise<string[]> => (await load(...args)).map(({ id }) => id);

describe('loadSweep()', () => {
  test('makes every combination of lists and ranges', async () => {
    expect(await ids('acquisition.policy=random,top-k', 'seed=1..3')).toEqual([
      'random-s1',
      'random-s2',
      'random-s3',
      'top-k-s1',
      'top-k-s2',
      'top-k-s3',
    ]);
  });

  test('takes the sweep of the file unless the command line names the key', async () => {
    expect(await ids('acquisition.policy=random,top-k')).toHaveLength(4);
    expect(await ids('seed=7', 'rounds=3')).toEqual(['s7']);
  });

  test('does not split a comma inside brackets', async () => {
    const cells = await load('posterior.head.layers=[8,4],[16]', 'seed=1');
    expect(cells.map(({ loaded }) => loaded.config.posterior.head?.layers)).toEqual([[8, 4], [16]]);
  });

  test('names arms that differ in their own options, and makes each experiment once', async () => {
    const cells = await load(
      'acquisition.policy=random,batch-entropy',
      'acquisition.batch-entropy.beta=0.01,0.1',
      'seed=1',
    );
    const arms = cells.map(({ loaded }) => loaded.config.acquisition.name ?? loaded.config.acquisition.policy);
    expect(arms).toEqual(['random', 'batch-entropy-beta-0.01', 'batch-entropy-beta-0.1']);
  });

  test('refuses a range that ends before it begins', async () => {
    await expect(load('seed=5..1')).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('ends before it begins'),
    });
  });
});
