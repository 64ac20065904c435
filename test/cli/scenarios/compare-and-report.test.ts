import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const sweep = join(scratch.path, 'runs', 'tiny');

beforeAll(async () => {
  const config = writeTinyConfig(scratch.path);
  const { status, stdout } = await balpm(['sweep', '-c', config, 'acquisition.policy=random,top-k', 'seed=1..2']);
  expect({ status, stdout }).toEqual({ status: 0, stdout: sweep });
});

test('balpm compare leaves two seeds undecided and says why', async () => {
  const { status, stdout, stderr } = await balpm(['compare', sweep]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^random +2 /m);
  expect(stdout).toMatch(/^top-k +2 .*undecided/m);
  expect(stdout).toContain('2 paired seeds, at least 5 are needed');
});

test('balpm compare --json tells every metric and split, from the directory above a sweep too', async () => {
  const documents = await Promise.all(
    [sweep, join(sweep, '..')].map(async (path) => (await balpm(['compare', path, '--json'])).stdout),
  );
  expect(documents[0]).toBe(documents[1]);
  const { schemaVersion, results } = JSON.parse(documents[0] ?? '') as {
    schemaVersion: number;
    results: { metric: string; split: string }[];
  };
  expect(schemaVersion).toBe(1);
  expect(new Set(results.map(({ metric, split }) => `${metric} ${split}`)).size).toBe(results.length);
  expect(results).toContainEqual(expect.objectContaining({ metric: 'accuracy', split: 'ood' }));
});

test('balpm report writes a page, prints its path and stays out of the comparison', async () => {
  const before = (await balpm(['compare', sweep])).stdout;
  const out = join(sweep, 'report');
  const { status, stdout, stderr } = await balpm(['report', sweep, '--out', out]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: join(out, 'index.html') });
  expect(readFileSync(stdout, 'utf8')).toContain(stderr.trim().split('\n').at(-1));
  expect((await balpm(['compare', sweep])).stdout).toBe(before);
});

test('balpm report --format pdf draws the figures, prints their document and its list', async () => {
  const out = join(sweep, 'paper');
  const { status, stdout } = await balpm(['report', sweep, '--out', out, '--format', 'pdf', '--json']);
  const { report, figures } = JSON.parse(stdout) as { report: string; figures: string[] };
  expect({ status, report }).toEqual({ status: 0, report: join(out, 'figures.pdf') });
  expect(figures).toContain(join(out, 'figures', 'curve-logLikelihood-test.pdf'));
  for (const path of [report, ...figures]) expect(readFileSync(path, 'latin1').slice(0, 5), path).toBe('%PDF-');
});

test.each([
  [['--format', 'svg'], 2, /'svg' is invalid\. Allowed choices are html, pdf\./],
  [
    ['--format', 'pdf', '--python', '/nonexistent'],
    3,
    /^error: Cannot start Python '\/nonexistent': there is no such file; run .*setup/,
  ],
])('balpm report %j is refused in one line', async (flags, expected, words) => {
  const out = join(sweep, 'refused');
  const { status, stdout, stderr } = await balpm(['report', sweep, '--out', out, ...flags]);
  expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
  expect(stderr).toMatch(words);
  expect(existsSync(out)).toBe(false);
});

test('balpm compare refuses a directory without runs', async () => {
  const { status, stdout, stderr } = await balpm(['compare', scratch.path]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toBe(`error: Cannot read runs of '${scratch.path}': it has no run; give a run or a directory of runs`);
});
