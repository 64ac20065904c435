import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hashOf } from '../../../src/base/text/canonical-json.ts';
import { experimentIdentity } from '../../../src/config/identity.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { loadSweep } from '../../../src/config/sweep.ts';
import { ROOT } from '../../support/balpm.ts';

const folder = join(ROOT, 'configs');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.yaml') && !/^(parts|presets)\//.test(name),
);

test.each(files)('configs/%s is valid, and so is every run of its sweep', async (name) => {
  const path = join(folder, name);
  await expect(loadConfig(path)).resolves.toMatchObject({ path });
  expect((await loadSweep(path, [], (config) => hashOf(experimentIdentity(config)))).length).toBeGreaterThan(0);
});

test('the quickstart compares three policies over five seeds', async () => {
  const cells = await loadSweep(join(folder, 'quickstart.yaml'), [], (config) => hashOf(experimentIdentity(config)));
  expect(cells).toHaveLength(15);
});
