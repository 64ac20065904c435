import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { findInstallation } from '../../src/base/installation.ts';
import { makeScratch, ROOT } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
afterEach(() => vi.unstubAllEnvs());

test('findInstallation() puts the environment of a checkout into it', () => {
  expect(findInstallation(ROOT)).toEqual({ kind: 'checkout', environment: join(ROOT, '.venv') });
});

test.each(['node_modules/balpm', 'node_modules/.pnpm/balpm@0.1.0/node_modules/balpm'])(
  'findInstallation() puts that of %s into the project',
  (place) => {
    const project = join(scratch.path, 'project');
    mkdirSync(project, { recursive: true });
    writeFileSync(join(project, 'package.json'), '{}');
    expect(findInstallation(join(project, place))).toEqual({ kind: 'project', environment: join(project, '.venv') });
  },
);

test('findInstallation() puts that of a global package where the user keeps data', () => {
  const place = join(scratch.path, 'lib/node_modules/balpm');
  vi.stubEnv('XDG_DATA_HOME', '');
  expect(findInstallation(place)).toEqual({
    kind: 'global',
    environment: join(homedir(), '.local/share/balpm/venv'),
  });
  vi.stubEnv('XDG_DATA_HOME', '/data');
  expect(findInstallation(place).environment).toBe('/data/balpm/venv');
});

test('findInstallation() puts that of a bare copy into it', () => {
  const place = join(scratch.path, 'copy');
  expect(findInstallation(place)).toEqual({ kind: 'copy', environment: join(place, '.venv') });
});
