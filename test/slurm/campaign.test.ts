import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStream } from '../../src/random/stream.ts';
import type { Attempt } from '../../src/slurm/attempts.ts';
import { makeScratch } from '../support/balpm.ts';
import { type ClusterLab, openClusterLab } from '../support/slurm/cluster-lab.ts';
import { slurmOrSkip } from '../support/slurm/slurm-or-skip.ts';
import { type Slurm, startSlurm } from '../support/slurm/start-slurm.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';

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
  const isOver = (attempt: Attempt): boolean => !lab.running(campaign).some(({ pid }) => pid === attempt.pid);
  const begunAgain = (attempt: Attempt): boolean =>
    lab
      .attempts(campaign)
      .some(({ unit, pid, begun }) => unit === attempt.unit && pid !== attempt.pid && begun > attempt.begun);

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
    expect(await submit()).toMatchObject({ status: 0 });
    const again = await submit();
    expect(again.stderr).toContain('nothing to hand in');
    expect((await lab.ask('squeue', '-h', '-r', '-t', 'all', '-o', '%i')).split('\n')).toHaveLength(CELLS / 2);
  });

  it('goes on by itself after requeues, a preemption and the loss of a node', async () => {
    for (let time = 0; time < 2; time++) {
      const hit = await victim();
      await lab.ask('scontrol', 'requeue', hit.job);
      await lab.until('the requeued job is over', () => isOver(hit));
    }
    const preempted = await victim(({ host }) => host === 'n1');
    const urgent = ['--partition=high', '--nodelist=n1', '--exclusive', '--output=/dev/null'];
    await lab.ask('sbatch', ...urgent, '--wrap', 'true');
    await lab.until('the preempted job is over', () => isOver(preempted));
    await lab.until('the preempted cell begins again', () => begunAgain(preempted));
    expect(lab.attempts(campaign).filter(({ ending }) => ending === 'preempted').length).toBeGreaterThan(0);
    const lost = await victim(({ host }) => host === 'n2');
    await slurm.failNode('n2');
    await lab.until('the cell of the lost node begins again', () => begunAgain(lost));
    await slurm.recoverNode('n2');
  });

  it('waits to be submitted again after kills and a cancel', async () => {
    for (let time = 0; time < 4; time++) {
      const hit = await victim();
      process.kill(hit.pid, 'SIGKILL');
      await lab.until('the killed job is over', () => isOver(hit));
    }
    const cancelled = await victim();
    await lab.ask('scancel', cancelled.job);
    await lab.until('the cancelled job is over', () => isOver(cancelled));
    await lab.until('all jobs are over', () => lab.running(campaign).length === 0);
  });

  it('ends with the digests of a sweep, and nothing ran twice to its end', async () => {
    const finish = async (): Promise<boolean> => {
      await submit();
      return lab.results(campaign).filter(({ standing }) => standing === 'done').length === CELLS;
    };
    await expect.poll(finish, { timeout: 150_000, interval: 1000 }).toBe(true);
    const sweep = await lab.balpm('sweep', '-c', config, ...GRID, '--id', 'sweep', '--jobs', '2');
    expect(sweep.status).toBe(0);
    for (const { unit, digest } of lab.results(campaign)) {
      const { stdout } = await lab.balpm('runs', 'digest', join(scratch.path, 'runs/sweep', unit));
      expect(`${unit} ${digest}`).toBe(`${unit} ${stdout}`);
    }
    const counts = (ending: Attempt['ending']) =>
      lab.attempts(campaign).filter((attempt) => attempt.ending === ending).length;
    expect(counts(null)).toBeGreaterThanOrEqual(5); // four kills and the lost node
    expect(counts('terminated')).toBeGreaterThanOrEqual(3); // two requeues and the cancel
    const ends = lab.attempts(campaign).filter(({ ending }) => ending === 'done');
    expect(new Set(ends.map(({ unit }) => unit)).size).toBe(ends.length);
  }, 300_000);

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
