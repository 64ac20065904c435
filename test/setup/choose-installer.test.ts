import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chooseInstaller } from '../../src/setup/choose-installer.ts';
import { makeScratch } from '../support/balpm.ts';
import { PYTHON } from '../worker/test-worker.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
afterEach(() => vi.unstubAllEnvs());
beforeEach(() => {
  vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
  for (const name of ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS', 'PIP_NO_INDEX', 'PIP_CONSTRAINT'])
    vi.stubEnv(name, undefined);
  mkdirSync(join(scratch.path, 'bin'), { recursive: true });
  writeFileSync(join(scratch.path, 'bin/uv'), '#!/bin/sh\necho uv 0.13.9\n', { mode: 0o755 });
});

const base = { version: '3.11.7', executable: PYTHON, hasEnsurepip: true };

test('chooseInstaller() takes pip where uv is not on PATH', async () => {
  vi.stubEnv('PATH', '/usr/bin:/bin');
  expect((await chooseInstaller(base)).name).toBe('pip');
});

test('chooseInstaller() takes uv where it is on PATH, also for a Python without ensurepip', async () => {
  vi.stubEnv('PATH', `${join(scratch.path, 'bin')}:/usr/bin:/bin`);
  const installer = await chooseInstaller({ ...base, hasEnsurepip: false });
  expect(installer.makeEnvironment('/e')).toEqual([
    'uv',
    'venv',
    '--seed',
    '--allow-existing',
    '--python',
    PYTHON,
    '/e',
  ]);
  expect(installer.install('/e', ['torch'])).toEqual(['uv', 'pip', 'install', '--python', '/e/bin/python', 'torch']);
});

test('chooseInstaller() takes pip where pip is configured with an index, which uv would not read', async () => {
  vi.stubEnv('PATH', `${join(scratch.path, 'bin')}:/usr/bin:/bin`);
  vi.stubEnv('PIP_INDEX_URL', 'https://mirror.example/simple');
  expect((await chooseInstaller(base)).name).toBe('pip');
});
