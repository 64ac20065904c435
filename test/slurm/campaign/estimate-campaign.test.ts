import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);

const config = writeTinyConfig(scratch.path);
const submit = (...args: string[]) =>
  balpm(['slurm', 'submit', '-c', config, 'seed=1..3', ...args], { cwd: scratch.path });
const profile = join(scratch.path, 'profile.yaml');
writeFileSync(profile, 'maxArraySize: 10\n');
const LARGE = ['posterior.head.layers=[512,512]', 'posterior.members=8', 'posterior.training.epochs=100000'];

it('a dry run tells hours, memory and disk of every cell, and what that rests on', async () => {
  const { status, stdout } = await submit('--dry-run', '--json');
  expect(status).toBe(0);
  const { estimate } = JSON.parse(stdout);
  expect(estimate.basis).toMatch(/^a trial on this machine just now \(.* per step, .* per 1,000 answers\)/);
  expect(estimate.cells).toHaveLength(3);
  for (const cell of estimate.cells) {
    expect(cell.secondsPerRound).toBeGreaterThan(0);
    expect(cell.seconds).toBeGreaterThanOrEqual(cell.secondsPerRound);
    expect(cell.memoryMiB).toBeGreaterThan(50);
    expect(cell.diskMiB).toBeGreaterThan(0);
  }
  expect((await submit('--dry-run')).stdout).toMatch(
    /# cost of all 3: at most about .* h of jobs, disk .*\n# by a trial/,
  );
});

it('a recipe is estimated before its data are there, by the sizes of the paper', async () => {
  const { status, stdout } = await balpm([
    'slurm',
    'submit',
    '-c',
    'configs/paper/scale-140b.yaml',
    '--dry-run',
    '--json',
  ]);
  expect(status).toBe(0);
  const { estimate, scripts } = JSON.parse(stdout);
  expect(estimate.basis).toContain('sizes from the paper, the data are not there yet');
  expect(estimate.cells).toHaveLength(scripts[0].tasks.length);
});

it('a time limit in which no round can end is refused with the estimate', async () => {
  const { status, stderr } = await submit(...LARGE, '--job', 'minutes=2');
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /Cannot submit into '.*': job.minutes is 2, .* the longest round takes about \d+ (?:s|min) by a trial on this machine/,
  );
});

it('a job with GPUs is only warned of what this machine would need', async () => {
  const { status, stderr } = await submit(
    ...LARGE,
    '--id',
    'gpu',
    '--job',
    'minutes=2',
    '--job',
    'gpus=1',
    '--profile',
    profile,
  );
  expect(stderr).toContain('note: the time limit may be too short');
  expect(status).toBe(3); // there is no cluster here
});

it('rates of another machine take the place of a trial, and must know the posterior', async () => {
  const rates = join(scratch.path, 'rates.json');
  expect((await balpm(['run', '-c', config, '--dry-run', '--save-rates', rates], { cwd: scratch.path })).status).toBe(
    0,
  );
  const known = await submit('--dry-run', '--rates', rates);
  expect(known.stdout).toMatch(/# by the rates of /);
  const unknown = await submit('posterior.members=7', '--dry-run', '--rates', rates);
  expect(unknown.status).toBe(2);
});
