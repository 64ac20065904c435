import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { makeScratch } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const path = writeTinyConfig(scratch.path);
mkdirSync(join(scratch.path, 'folder'));

test.each([
  ['worker.startTimeoutSeconds=2147484', 'at most 2000000'],
  ['posterior.stallSeconds=1e7', 'at most 2000000'],
  ['worker.threads=1e9', 'at most 1024'],
  ['rounds=1e9', 'at most 1000000'],
  ['data.world.sizes.train=1e12', 'at most 2^30 coordinates'],
  ['data.world.prompts=1e12', 'at most 2^30 coordinates'],
  ['worker.python="a\\0b"', 'holds a NUL character'],
  ['worker.device="cpu\\0"', 'holds a NUL character'],
  ['output.dir="\\ud800"', 'holds half of a surrogate pair'],
  ['constructor.prototype.x=1', "Cannot use config key 'constructor'"],
  ['data.constructor.prototype.x=1', "Cannot use config key 'data.constructor'"],
  ['__proto__.x=1', "'__proto__' is no key"],
  ['posterior.options.__proto__.x=1', "'__proto__' is no key"],
  ['posterior.options={__proto__: {x: 1}}', "there is a key '__proto__'"],
  ['seed=1e400', "Cannot use config key 'seed'"],
  ['seed=*a', 'an alias cannot be followed'],
])('%s is wrong usage', async (override, words) => {
  await expect(loadConfig(path, [override])).rejects.toMatchObject({
    exitStatus: 2,
    message: expect.stringContaining(words),
  });
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});

test('a directory in the place of a configuration is wrong usage', async () => {
  await expect(loadConfig(join(scratch.path, 'folder'))).rejects.toMatchObject({
    exitStatus: 2,
    message: `Cannot read config '${join(scratch.path, 'folder')}': it is a directory; give a regular file that can be read`,
  });
});
