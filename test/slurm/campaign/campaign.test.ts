import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStream } from '../../../src/random/stream.ts';
import type { Attempt } from '../../../src/slurm/campaign/attempts.ts';
import { makeScratch } from '../../support/balpm.ts';
import { type ClusterLab, openClusterLab } from '../../support/slurm/cluster-lab.ts';
import { slurmOrSkip } from '../../support/slurm/slurm-or-skip.ts';
import { type Slurm, startSlurm } from '../../support/slurm/start-slurm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const GRID = ['acquisition.policy=random,top-k,batch-entropy,entropy-only', 'seed=1..10', 'rounds=8'];
const CELLS = 40;

describe.runIf(slurmOrSkip())('a campaign of 40 cells on a cluster that has its troubles', () => {
  const scratch = makeScratch();
  const campaign = join(scratch.path, 'runs/campaign');
  const config = writeTinyConfig(scratch.path);
  const profile = join(scratch.path, 'slurm.yaml');
  const random = openStream(['campaign']);
  let slurm: Slurm;
  let lab: ClusterLab;

  const submit = (...more: string[]) =>
    lab.balpm('slurm', 'submit', '-c', config, ...GRID, '--id', 'campaign', '--profile', profile, ...more);
  /** One of the cells under way, once its ledger has some events. */
  const victim = async (isFit: (attempt: Attempt) => boolean = () => true): Promise<Attempt> => {
    const least = 2 + random.below(6);
    const find = () => lab.running(campaign).filter((attempt) => isFit(attempt) && events(attempt.unit) >= least);
    await lab.until('a cell is under way', () => find().length > 0);
    const found = find();
    return found[random.below(found.length)] ?? victim(isFit);
  };
  const events = (cell: string): number => {
    const path = join(campaign, cell, 'events.jsonl');
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
  };
  const now = ({ pid, begun }: Attempt): Attempt | undefined =>
    lab.attempts(campaign).find((attempt) => attempt.pid === pid && attempt.begun === begun);
  const isOver = (attempt: Attempt): boolean =>
    !lab.running(campaign).some(({ pid, begun }) => pid === attempt.pid && begun === attempt.begun);
  /** Jobs of the first submission that nobody has released yet: there is always one more to hit. */
  const held = Array.from({ length: CELLS / 2 }, (_value, index) => index);
  /** Does something to the cell of a job that is released for it; to another one where that cell was done before it was hit. */
  const strike = async (act: (hit: Attempt) => unknown, host?: string): Promise<Attempt> => {
    for (;;) {
      const job = `${await arrayOf()}_${held.shift()}`;
      if (host !== undefined) await lab.ask('scontrol', 'update', `JobId=${job}`, `ReqNodeList=${host}`);
      await lab.ask('scontrol', 'release', job);
      const hit = await victim((attempt) => attempt.job === job);
      await act(hit);
      await lab.until('the cell that was hit is over', () => isOver(hit));
      const ended = now(hit);
      if (ended !== undefined && ended.ending !== 'done') return ended;
    }
  };
  const arrayOf = async (): Promise<string> =>
    (await lab.ask('squeue', '-h', '-t', 'all', '-p', 'main', '-o', '%F')).split('\n')[0] as string;

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 3, cpus: 2, memoryMb: 8000 });
    lab = openClusterLab(slurm, scratch.path);
    writeFileSync(profile, 'partition: main\nsettleSeconds: 1\njob: { memGb: 1, minutes: 30, tasksPerJob: 2 }\n');
    mkdirSync(join(scratch.path, 'runs'), { recursive: true });
  });
  afterAll(async () => {
    await slurm?.down();
    scratch.remove();
  });

  it('takes the cells once, however often they are submitted', async () => {
    expect(await submit('--', '--hold')).toMatchObject({ status: 0 });
    const again = await submit();
    expect(again.stderr).toContain('nothing to submit');
    expect((await lab.ask('squeue', '-h', '-r', '-t', 'all', '-o', '%i')).split('\n')).toHaveLength(CELLS / 2);
  });

  it('loses no more than the step under way to kills, a cancel, requeues, a preemption and the loss of a node', async () => {
    for (let time = 0; time < 4; time++)
      expect((await strike(({ pid }) => process.kill(pid, 'SIGKILL'))).ending).toBe(null);
    expect((await strike(({ job }) => lab.ask('scancel', job))).ending).toBe('terminated');
    for (let time = 0; time < 2; time++)
      expect((await strike(({ job }) => lab.ask('scontrol', 'requeue', job))).ending).toBe('terminated');
    const urgent = ['--partition=high', '--nodelist=n1', '--exclusive', '--output=/dev/null', '--wrap', 'true'];
    expect((await strike(() => lab.ask('sbatch', ...urgent), 'n1')).ending).toBe('preempted');
    expect((await strike(() => slurm.failNode('n2'), 'n2')).ending).toBe(null);
    await slurm.recoverNode('n2');
    for (const index of held) await lab.ask('scontrol', 'release', `${await arrayOf()}_${index}`);
    await lab.until('all jobs are over', () => lab.running(campaign).length === 0);
  });

  it('ends with the digests of a sweep, and nothing ran twice to its end', async () => {
    const finish = async (): Promise<boolean> => {
      await submit();
      return lab.results(campaign).filter(({ standing }) => standing === 'done').length === CELLS;
    };
    await expect.poll(finish, { timeout: 400_000, interval: 1000 }).toBe(true);
    const sweep = await lab.balpm('sweep', '-c', config, ...GRID, '--id', 'sweep', '--jobs', '2');
    expect(sweep.status).toBe(0);
    for (const { unit, digest } of lab.results(campaign)) {
      const { stdout } = await lab.balpm('runs', 'digest', join(scratch.path, 'runs/sweep', unit));
      expect(`${unit} ${digest}`).toBe(`${unit} ${stdout}`);
    }
    const ends = lab.attempts(campaign).filter(({ ending }) => ending === 'done');
    expect(new Set(ends.map(({ unit }) => unit)).size).toBe(ends.length);
  }, 600_000);

  it('starts a job that is done once more for nothing', async () => {
    const before = lab.attempts(campaign).length;
    const [one] = lab.attempts(campaign).filter(({ ending, submission }) => ending === 'done' && submission === '001');
    await lab.ask('scontrol', 'requeue', (one as Attempt).job);
    const state = () => lab.ask('squeue', '-h', '-r', '-t', 'all', '-j', (one as Attempt).job, '-o', '%T');
    await expect.poll(state, { timeout: 60_000 }).toBe('COMPLETED');
    expect(lab.attempts(campaign)).toHaveLength(before);
  });

  it('asks the queue once a look', async () => {
    const before = lab.squeueCalls();
    await lab.balpm('slurm', 'status', campaign);
    expect(lab.squeueCalls() - before).toBe(1);
  });
});
