import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BalpmError } from '../../src/base/errors.ts';
import { register } from '../../src/cli/slurm.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Rates } from '../../src/loop/rates.ts';
import { trialSubject } from '../../src/loop/trial-subject.ts';
import { balpm, makeScratch, ROOT } from '../support/balpm.ts';
import { callCommand } from '../support/call-command.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);

const config = writeTinyConfig(scratch.path);
const GRID = ['submit', '-c', config, 'seed=1..3'];
const submit = (...args: string[]) => balpm(['slurm', ...GRID, ...args], { cwd: scratch.path });
const LONG = ['posterior.training.epochs=10000000'];

/** Only looks, in this process: by rates nothing is tried. */
async function look(...args: string[]) {
  const { documents } = await callCommand({ register }, [...args, '--dry-run', '--json']);
  return documents[0] as { estimate: { basis: string; cells: Record<string, number>[] }; scripts: { tasks: [] }[] };
}

it('a dry run tells hours, memory and disk, and what that rests on', async () => {
  const { status, stdout } = await submit('--dry-run');
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /# cost of all 3: at most about .* h of jobs, disk .*\n# by a trial on this machine just now \(.* per step, .* per 1,000 answers\)/,
  );
});

describe('rates of a machine', () => {
  const file = join(scratch.path, 'rates.json');
  beforeAll(async () => {
    const saved = await balpm(['run', '-c', config, '--dry-run', '--save-rates', file], { cwd: scratch.path });
    expect(saved).toMatchObject({ status: 0 });
  });

  it('take the place of a trial, for every cell', async () => {
    const { estimate } = await look(...GRID, '--rates', file);
    expect(estimate.basis).toMatch(/^the rates of .* \(.* per step, .* per 1,000 answers\)/);
    expect(estimate.cells).toHaveLength(3);
    for (const { seconds, secondsPerRound, memoryMiB, diskMiB } of estimate.cells) {
      expect(secondsPerRound).toBeGreaterThan(0);
      expect(seconds).toBeGreaterThanOrEqual(secondsPerRound as number);
      expect(memoryMiB).toBeGreaterThan(50);
      expect(diskMiB).toBeGreaterThan(0);
    }
  });

  it('must know the posterior', async () => {
    const refused = look(...GRID, 'posterior.members=7', '--rates', file);
    await expect(refused).rejects.toMatchObject({ exitStatus: 2 } satisfies Partial<BalpmError>);
  });

  it('estimate a recipe before its data are there, by the sizes of the paper', async () => {
    const recipe = join(ROOT, 'configs/paper/scale-140b.yaml');
    const rates = JSON.parse(readFileSync(file, 'utf8')) as Rates;
    const figures = { startSeconds: 3, secondsPerStep: 0.01, secondsPerAnswer: 1e-5, memoryMiB: 900 };
    const trials = [{ ...trialSubject((await loadConfig(recipe)).config, 6144), ...figures }];
    const known = join(scratch.path, 'known.json');
    writeFileSync(known, JSON.stringify({ ...rates, trials }));
    const output = `output.dir=${join(scratch.path, 'paper')}`;
    const { estimate, scripts } = await look('submit', '-c', recipe, output, '--rates', known);
    expect(estimate.basis).toContain('sizes from the paper, the data are not there yet');
    expect(estimate.cells).toHaveLength(scripts[0]?.tasks.length ?? 0);
  });
});

describe('a time limit in which no round can end', () => {
  it('is refused with the estimate', async () => {
    const { status, stderr } = await submit(...LONG, '--job', 'minutes=2');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /Cannot submit into '.*': job.minutes is 2, .* the longest round takes about \d+ min by a trial on this machine/,
    );
  });

  it('is only warned of where a job has GPUs, for this machine would need another time', async () => {
    const profile = join(scratch.path, 'profile.yaml');
    writeFileSync(profile, 'maxArraySize: 10\n');
    const gpu = ['--id', 'gpu', '--job', 'minutes=2', '--job', 'gpus=1', '--profile', profile];
    const { status, stderr } = await submit(...LONG, ...gpu);
    expect(stderr).toContain('note: the time limit may be too short');
    expect(status).toBe(3); // there is no cluster here
  });
});
