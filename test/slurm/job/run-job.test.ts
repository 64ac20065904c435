import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { writeResult } from '../../../src/slurm/campaign/results.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { stubProgram } from '../../support/slurm/made-campaign.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);

const config = writeTinyConfig(scratch.path);
const bin = join(scratch.path, 'bin');
const campaign = join(scratch.path, 'runs/tiny');
const slurm = join(campaign, 'slurm');
stubProgram(bin, 'sbatch', 'echo 4711');
stubProgram(bin, 'scontrol', "echo 'MaxArraySize = 1001'");
stubProgram(bin, 'squeue', '');

const call = (...args: string[]) =>
  balpm(['slurm', ...args], { cwd: scratch.path, env: { PATH: `${bin}:/usr/bin:/bin` } });
/** The only job of the submission: cells s1 and s2, without Slurm. */
const runJob = (task = '0') => call('task', campaign, '--submission', '001', '--chunk', '0', '--task', task);
const results = () => readdirSync(join(slurm, 'results')).toSorted();
const messageOf = (unit: string) => JSON.parse(readFileSync(join(slurm, 'results', `${unit}.failed.json`), 'utf8'));

beforeEach(async () => {
  rmSync(campaign, { recursive: true, force: true });
  const packed = ['--job', 'tasksPerJob=2', '--no-check'];
  expect(await call('submit', '-c', config, 'seed=1..2', ...packed)).toMatchObject({ status: 0 });
});

it('a job that cannot begin says why of each of its cells', async () => {
  rmSync(join(slurm, 'tree.json'));
  expect((await runJob()).status).toBeGreaterThan(0);
  expect(results()).toEqual(['s1.failed.json', 's2.failed.json']);
  expect(messageOf('s2').message).toContain('tree.json');
});

it('a cell that cannot begin leaves the others of its job alone', async () => {
  writeFileSync(join(slurm, 'attempts/s1@001@1.json'), 'half of');
  expect(await runJob()).toMatchObject({ status: 4, stderr: expect.stringContaining('s1@001@1.json') });
  expect(results()).toEqual(['s1.failed.json', 's2.done.json']);
});

it('a start of a job takes up what rested, and a start after the end does nothing', async () => {
  const rested = { standing: 'paused', exitStatus: 143, message: 'it was stopped', digest: null } as const;
  for (const unit of ['s1', 's2'])
    writeResult(join(slurm, 'results'), { unit, ...rested, job: '4711_0', time: new Date().toISOString() });
  expect(await runJob()).toMatchObject({ status: 0 });
  expect(results()).toEqual(['s1.done.json', 's2.done.json']);
  expect(await runJob()).toMatchObject({ status: 0 });
  expect(readdirSync(join(slurm, 'attempts'))).toHaveLength(2);
});

it('a job that no submission has is refused', async () => {
  expect(await runJob('1')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('Cannot work on job 1 of script 0: submission 001 does not have that job'),
  });
  expect(existsSync(join(slurm, 'submissions/001/work'))).toBe(false);
});
