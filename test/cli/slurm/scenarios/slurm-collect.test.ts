import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCampaign } from '../../../../src/slurm/campaign/campaign.ts';
import { readResult, writeResult } from '../../../../src/slurm/campaign/results.ts';
import { balpm, type Called, makeScratch } from '../../../support/balpm.ts';
import { stubProgram } from '../../../support/slurm/made-campaign.ts';
import { writeTinyConfig } from '../../../support/tiny-config.ts';

const GRID = ['acquisition.policy=random,batch-entropy', 'seed=1..2'];
const scratch = makeScratch();
const at = (...parts: string[]): string => join(scratch.path, ...parts);
const call = (...words: string[]): Promise<Called> =>
  balpm(words, { cwd: scratch.path, env: { PATH: `${at('bin')}${delimiter}${process.env['PATH']}` } });

/** One job with all cells is run in this place, as the script that sbatch was given says; and the same as a sweep. */
beforeAll(async () => {
  writeTinyConfig(scratch.path);
  stubProgram(at('bin'), 'sbatch', 'echo 100');
  stubProgram(at('bin'), 'scontrol', 'echo MaxArraySize = 1001');
  stubProgram(at('bin'), 'squeue', 'true');
  const submitted = await call(
    'slurm',
    'submit',
    '-c',
    'tiny.yaml',
    ...GRID,
    '--id',
    'whole',
    '--job',
    'tasksPerJob=4',
  );
  expect(submitted.status).toBe(0);
  const job = ['--submission', '001', '--chunk', '0', '--task', '0'];
  expect((await call('slurm', 'task', 'runs/whole', ...job)).status).toBe(0);
  expect((await call('sweep', '-c', 'tiny.yaml', ...GRID, '--id', 'sweep', '--jobs', '2')).status).toBe(0);
});
afterAll(() => scratch.remove());

/** A copy of the campaign, to be spoilt. */
function copyOf(name: string): string {
  cpSync(at('runs/whole'), at('runs', name), { recursive: true });
  return `runs/${name}`;
}

/** The files of a directory by their names; of the page, the column of measured seconds is left out. */
function contents(directory: string): Map<string, string> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const seconds = /(<td class="text">[\w-]+-s\d<\/td><td>4<\/td><td>40<\/td>)<td>[\d.]+<\/td>/g;
  return new Map(
    names.map(({ name, parentPath }) => {
      const text = readFileSync(join(parentPath, name), 'utf8');
      return [name, text.replaceAll(seconds, '$1')];
    }),
  );
}

test('slurm collect gives what compare and report give of a sweep', async () => {
  const collected = await call('slurm', 'collect', 'runs/whole');
  expect(collected.status).toBe(0);
  expect(collected.stderr).toContain('4 cells checked: digests and configurations match the campaign');
  const compared = await call('compare', 'runs/sweep');
  expect(collected.stdout).toBe(`${compared.stdout}\nruns/whole/report/index.html`);
  await call('report', 'runs/sweep', '--out', 'local');
  expect(contents(at('runs/whole/report'))).toEqual(contents(at('local')));
  await call('report', 'runs/whole', '--out', 'same');
  for (const name of ['index.html', 'config.yaml'])
    expect(readFileSync(at('runs/whole/report', name))).toEqual(readFileSync(at('same', name)));
});

test('slurm collect --json has the comparison that compare --json prints', async () => {
  const document = JSON.parse((await call('slurm', 'collect', 'runs/whole', '--json', '--out', 'elsewhere')).stdout);
  const comparison = JSON.parse((await call('compare', 'runs/sweep', '--json')).stdout);
  expect(document).toMatchObject({ campaign: 'runs/whole', cells: 4, missing: [], report: 'elsewhere/index.html' });
  expect(document.comparison).toEqual(comparison);
});

test('slurm collect refuses gaps, and takes the others when it is told to', async () => {
  const campaign = copyOf('gap');
  rmSync(at(campaign, 'slurm/results/random-s1.done.json'));
  rmSync(at(campaign, 'random-s1'), { recursive: true });
  const refused = await call('slurm', 'collect', campaign);
  expect(refused.status).toBe(75);
  expect(refused.stderr).toContain(
    "Cannot collect 'runs/gap': 1 cell is not done (random-s1); see `balpm slurm status ",
  );
  const partial = await call('slurm', 'collect', campaign, '--allow-partial');
  expect(partial.status).toBe(0);
  expect(partial.stderr).toContain('3 cells checked: digests and configurations match the campaign, 1 are not');
});

test('slurm collect takes a run that somebody finished without Slurm', async () => {
  const campaign = copyOf('by-hand');
  rmSync(at(campaign, 'slurm/results/random-s1.done.json'));
  expect((await call('slurm', 'collect', campaign)).status).toBe(0);
});

test('slurm collect refuses a run whose digest is another than its job wrote down', async () => {
  const campaign = copyOf('digest');
  const { paths } = await readCampaign(at(campaign));
  const result = readResult(paths.results, 'random-s2', 'done');
  if (result === null) throw new Error('no result');
  writeResult(paths.results, { ...result, digest: 'f'.repeat(64) });
  const { status, stderr } = await call('slurm', 'collect', campaign);
  expect(status).toBe(4);
  expect(stderr).toMatch(
    /run 'random-s2' has digest [0-9a-f]{12}…, but its job recorded ffffffffffff…; restore the runs/,
  );
});

test('slurm collect refuses a run that is another experiment than the one submitted', async () => {
  const campaign = copyOf('swapped');
  for (const part of ['random-s1', 'slurm/results/random-s1.done.json'])
    rmSync(at(campaign, part), { recursive: true });
  cpSync(at(campaign, 'random-s2'), at(campaign, 'random-s1'), { recursive: true });
  const { status, stderr } = await call('slurm', 'collect', campaign);
  expect(status).toBe(4);
  expect(stderr).toContain("the configuration of run 'random-s1' is not the submitted one");
});
