import { join } from 'node:path';
import { expect, test } from 'vitest';
import { balpm, ROOT } from '../support/balpm.ts';

interface Document {
  readonly schemaVersion: number;
  readonly findings: { readonly what: string; readonly state: string; readonly found: string }[];
}

test('balpm doctor --json finds nothing missing where balpm is set up', async () => {
  const { status, stdout } = await balpm(['doctor', '--json']);
  const { schemaVersion, findings } = JSON.parse(stdout) as Document;
  expect(findings.filter(({ state }) => state === 'missing')).toEqual([]);
  expect({ status, schemaVersion }).toEqual({ status: 0, schemaVersion: 1 });
  expect(findings.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['node', 'runs', 'python', 'torch', 'worker', 'gpu']),
  );
});

test('balpm doctor ends with status 3 and names a Python that is not there', async () => {
  const { status, stdout } = await balpm(['doctor', '--json'], { env: { BALPM_PYTHON: '/nonexistent' } });
  const { findings } = JSON.parse(stdout) as Document;
  expect(status).toBe(3);
  const missing = findings.filter(({ state }) => state === 'missing');
  expect(missing.map(({ what }) => what)).toEqual(['python', 'worker']);
  for (const { found } of missing) expect(found).toContain("'/nonexistent'");
});

test('balpm doctor ends with status 3 where runs cannot be written', async () => {
  const { status, stdout } = await balpm(['doctor', '--dir', join(ROOT, 'package.json', 'runs')]);
  expect(status).toBe(3);
  expect(stdout).toMatch(/✗ runs .*package\.json.* → set output\.dir to a writable directory/);
});
