import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UnitStatus } from '../../../src/slurm/campaign/campaign-status.ts';
import { makeScratch } from '../../support/balpm.ts';
import { type ClusterLab, openClusterLab } from '../../support/slurm/cluster-lab.ts';
import { slurmOrSkip } from '../../support/slurm/slurm-or-skip.ts';
import { type Slurm, startSlurm } from '../../support/slurm/start-slurm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

/** No cell of these ends while a test looks at it. */
const LONG = ['acquisition.batch=1', 'rounds=200'];

describe.runIf(slurmOrSkip())('cancel and logs on a cluster of two processors', () => {
  const scratch = makeScratch();
  const profile = join(scratch.path, 'slurm.yaml');
  const config = writeTinyConfig(scratch.path);
  let slurm: Slurm;
  let lab: ClusterLab;

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 1, cpus: 2, memoryMb: 8000 });
    lab = openClusterLab(slurm, scratch.path);
    writeFileSync(profile, 'partition: main\nsettleSeconds: 1\njob: { memGb: 1, minutes: 30 }\n');
    mkdirSync(join(scratch.path, 'runs'), { recursive: true });
  });
  afterAll(async () => {
    await slurm?.down();
    scratch.remove();
  });

  const submit = async (id: string, ...words: string[]): Promise<void> => {
    const submitted = await lab.balpm('slurm', 'submit', '-c', config, '--id', id, '--profile', profile, ...words);
    expect(submitted.stderr).toContain('submission 0');
    expect(submitted.status).toBe(0);
  };
  const cancel = async (id: string, ...words: string[]) => {
    const { status, stdout } = await lab.balpm('slurm', 'cancel', join('runs', id), '--json', ...words);
    return { status, ...(JSON.parse(stdout) as { units: string[]; jobs: number; left: unknown[] }) };
  };
  const states = async (id: string): Promise<Record<string, string>> => {
    const { stdout } = await lab.balpm('slurm', 'status', join('runs', id), '--json');
    const { units } = JSON.parse(stdout) as { units: UnitStatus[] };
    return Object.fromEntries(units.map(({ unit, state }) => [unit, state]));
  };
  const queue = async (): Promise<string[]> =>
    (await lab.ask('squeue', '-h', '-r', '-o', '%i %T')).split('\n').filter((line) => line !== '');
  const working = (id: string) =>
    lab
      .running(join(scratch.path, 'runs', id))
      .map(({ unit }) => unit)
      .toSorted();
  const attemptsOf = (id: string, unit: string) =>
    lab.attempts(join(scratch.path, 'runs', id)).filter((attempt) => attempt.unit === unit);

  it('ends the named cells alone: one that runs, and the last of the array, which waits', async () => {
    await submit('plain', ...LONG, 'seed=1..4');
    await lab.until('two cells run', () => working('plain').length === 2);
    expect(await cancel('plain', '--cells', 's1,s4')).toMatchObject({
      status: 0,
      units: ['s1', 's4'],
      jobs: 2,
      left: [],
    });
    expect(await states('plain')).toMatchObject({ s1: 'paused', s4: 'paused' });
    await lab.until('the next one runs in its place', () => working('plain').join() === 's2,s3');
    expect(attemptsOf('plain', 's1')).toMatchObject([{ ending: 'terminated' }]);
  });

  it('ends the whole campaign, and a job that is started once more does nothing', async () => {
    expect(await cancel('plain')).toMatchObject({ status: 0, units: ['s1', 's2', 's3', 's4'], jobs: 2, left: [] });
    expect(await states('plain')).toEqual({ s1: 'paused', s2: 'paused', s3: 'paused', s4: 'paused' });
    expect(await queue()).toEqual([]);
    const [first] = attemptsOf('plain', 's2');
    await lab.ask('scontrol', 'requeue', first?.job ?? '');
    await expect.poll(queue, { timeout: 60_000 }).toEqual([]);
    expect(attemptsOf('plain', 's2')).toHaveLength(1);
    expect(await states('plain')).toMatchObject({ s2: 'paused' });
  });

  it('shows the log of an attempt, and goes on after a cancel', async () => {
    await submit('plain', ...LONG, 'seed=1..4');
    await lab.until('two cells run', () => working('plain').length === 2);
    const before = await lab.balpm('slurm', 'logs', 'runs/plain', 's1', '--attempt', '1');
    expect(before.stdout).toMatch(/^balpm: .* restart=0 node=n1 .*\ns1: begins\n(.*\n)*s1: stopped\n/);
    expect(before.stderr).toMatch(/^s1: attempt 1 of 2, job \d+_0 on n1, runs\/plain\/slurm\/submissions\/001\/logs\//);
    expect(await cancel('plain', '--now')).toMatchObject({ status: 0, jobs: 4, left: [] });
    expect(await states('plain')).toEqual({ s1: 'paused', s2: 'paused', s3: 'paused', s4: 'paused' });
  });

  it('leaves the other cells of a job to it, and follows the log of one of them to its end', async () => {
    await submit('pack', 'acquisition.batch=1', 'rounds=200,4', '--job', 'tasksPerJob=2');
    const [long = '', short = ''] = Object.keys(await states('pack'));
    await lab.until('the long cell runs', () => working('pack').includes(long));
    expect(await cancel('pack', '--cells', long, '--now')).toMatchObject({
      status: 0,
      units: [long],
      jobs: 1,
      left: [],
    });
    await lab.until('the short cell runs', () => attemptsOf('pack', short).length > 0);
    const followed = await lab.balpm('slurm', 'logs', 'runs/pack', short, '--follow');
    expect(followed.status).toBe(0);
    expect(followed.stdout).toMatch(new RegExp(`restart=1 .*\n${short}: begins\n(${short}: .*\n)*${short}: done$`));
    expect(await states('pack')).toEqual({ [long]: 'paused', [short]: 'done' });
  });
});
