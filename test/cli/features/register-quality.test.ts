import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDataset } from '../../../src/data/dataset.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { forgeManifest } from '../../support/damaged-store.ts';
import { writeRandomStore, writeTinyStores } from '../../support/tiny-stores.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (name: string): string => join(scratch.path, name);
const quality = (store: string, ...args: string[]) =>
  balpm(['features', 'quality', store, '--dataset', at('tiny'), ...args]);

beforeAll(async () => {
  await writeTinyStores(scratch.path);
  const stats = { truncatedPrompts: 0, truncatedResponses: 0, lostResponses: 300 };
  forgeManifest(at('store-8'), at('cut'), (manifest) => ({ ...manifest, stats }));
});

test('balpm features quality writes a page into the store, prints its path and leaves a store to show', async () => {
  const store = at('cut');
  const { status, stdout, stderr } = await quality(store);
  expect({ status, stdout }).toEqual({ status: 0, stdout: join(store, 'quality.html') });
  expect(stderr).toContain('learning a linear probe');
  expect(stderr).toMatch(/^fail: Truncated texts\. End cut off: 0 of/m);
  expect(readFileSync(stdout, 'utf8')).toContain(stderr.trim().split('\n').at(-1));
  expect(existsSync(join(store, 'quality.json'))).toBe(true);
  expect((await balpm(['features', 'show', store])).status).toBe(0);
});

test('balpm features quality --strict ends with status 4 where a check fails, after the page', async () => {
  const { status, stdout, stderr } = await quality(at('cut'), '--strict', '--json', '--out', at('strict.html'));
  expect(status).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    page: at('strict.html'),
    checks: expect.arrayContaining([expect.objectContaining({ name: 'truncation', state: 'fail' })]),
  });
  expect(stderr).toMatch(/^fail: Truncated texts\. .*300 of/m);
  expect(existsSync(at('strict.html'))).toBe(true);
});

test('balpm features quality refuses the store of another dataset and a command without one', async () => {
  const dataset = await readDataset(at('tiny'));
  const manifest = { ...dataset.manifest, hash: '0'.repeat(64) };
  await writeRandomStore(at('other'), { ...dataset, manifest }, 4);
  const { status, stderr } = await quality(at('other'));
  expect({ status, stderr }).toEqual({ status: 4, stderr: expect.stringMatching(/^error: Cannot use feature store/) });
  expect((await balpm(['features', 'quality', at('other')])).status).toBe(2);
});
