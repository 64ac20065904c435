import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeScratch } from '../../support/balpm.ts';
import { type ClusterLab, openClusterLab } from '../../support/slurm/cluster-lab.ts';
import { slurmOrSkip } from '../../support/slurm/slurm-or-skip.ts';
import { type Slurm, startSlurm } from '../../support/slurm/start-slurm.ts';
import { mountSmallDisk, type SmallDisk } from '../../support/small-disk.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const ROOM = 4 << 20;

describe.runIf(slurmOrSkip())('a job that Slurm ends', () => {
  const scratch = makeScratch();
  const config = writeTinyConfig(scratch.path);
  const profile = join(scratch.path, 'slurm.yaml');
  const disk = mountSmallDisk(join(scratch.path, 'disk'), ROOM);
  let slurm: Slurm;
  let lab: ClusterLab;
  let digest = '';

  const ROUNDS = 'rounds=25';
  /** A program that answers at once, or waits without end while its gate is a pipe that nobody writes to. */
  const gate = join(scratch.path, 'gate');
  const program = join(scratch.path, 'answer.sh');
  const askProgram = ['oracle.type=command', `oracle.command=[bash,${program}]`];
  const open = () => {
    rmSync(gate);
    writeFileSync(gate, '');
  };
  const close = () => {
    rmSync(gate);
    execFileSync('mkfifo', [gate]);
  };
  writeFileSync(gate, '');
  writeFileSync(program, `cat '${gate}'; sed -E 's/^(\\{"id": *"[^"]*").*/\\1,"preferred":"a"}/'\n`);

  const campaignOf = (id: string): string => join(scratch.path, 'runs', id);
  const submit = (id: string, ...more: string[]) =>
    lab.balpm('slurm', 'submit', '-c', config, ROUNDS, '--id', id, '--profile', profile, ...more);
  const results = (id: string) =>
    lab.results(campaignOf(id)).map(({ standing, exitStatus }) => ({ standing, exitStatus }));
  const endings = (id: string) => lab.attempts(campaignOf(id)).map(({ ending }) => ending);
  const underWay = (id: string) =>
    lab.until(
      'the cell is under way',
      () => existsSync(join(campaignOf(id), 's9/events.jsonl')) && lab.running(campaignOf(id)).length > 0,
    );
  const isDone = (id: string) =>
    lab.until('the cell is done', () => results(id)[0]?.standing === 'done' && endings(id).includes('done'));
  const digestOf = (id: string) => lab.results(campaignOf(id))[0]?.digest;

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2, cpus: 4, memoryMb: 8000 });
    lab = openClusterLab(slurm, scratch.path);
    writeFileSync(profile, 'partition: main\nsettleSeconds: 1\njob: { memGb: 1 }\n');
    await lab.balpm('run', '-c', config, ROUNDS, '--id', 'whole');
    await lab.balpm('run', '-c', config, ROUNDS, '--id', 'asked', ...askProgram);
    // Slurm looks every half a minute whose time is nearly over, so these begin first and are looked at last.
    close();
    // A second is left until the warning, in which a busy machine ends no round: that check would refuse it.
    const soon = [...askProgram, '--no-check', '--job', 'minutes=1', '--job', 'warnSeconds=59'];
    expect(await submit('late', ...soon)).toMatchObject({ status: 0 });
    expect(await submit('capped', ...soon, '--job', 'maxTimeouts=0')).toMatchObject({ status: 0 });
    digest = (await lab.balpm('runs', 'digest', join(scratch.path, 'runs/whole'))).stdout;
  });
  afterAll(async () => {
    await slurm?.down();
    disk?.remove();
    scratch.remove();
  });

  it('rests where it cannot put itself back, and is submitted again', async () => {
    const bare = join(scratch.path, 'bare.yaml');
    writeFileSync(bare, `extends: slurm.yaml\nsetup: ['PATH=/nonexistent']\n`);
    await submit('bare', '--profile', bare);
    await underWay('bare');
    await lab.ask('scancel', '-b', '-s', 'USR2', lab.running(campaignOf('bare'))[0]?.job as string);
    await lab.until('the cell rests', () => results('bare').length > 0);
    expect(results('bare')).toEqual([{ standing: 'paused', exitStatus: 75 }]);
    expect(lab.results(campaignOf('bare'))[0]?.message).toContain("command 'scontrol' is not on PATH");
    expect((await submit('bare')).status).toBe(0);
    await isDone('bare');
    expect(digestOf('bare')).toBe(digest);
  });

  it('is fenced off by one that works on the same cell', async () => {
    await submit('twice');
    await underWay('twice');
    const task = ['slurm', 'task', campaignOf('twice'), '--submission', '001', '--chunk', '0', '--task', '0'];
    const second = await lab.balpm(...task);
    expect(second.status).toBe(2);
    expect(second.stderr).toMatch(/process \d+ on .* holds it/);
    expect(existsSync(join(campaignOf('twice'), 'slurm/submissions/001/work/0-0/worker-0.log'))).toBe(true);
    expect(results('twice')).toEqual([]);
    await isDone('twice');
    expect(endings('twice').toSorted()).toEqual(['done', 'fenced']);
    expect(digestOf('twice')).toBe(digest);
  });

  it.skipIf(disk === undefined)('says of a full disk what is wrong, and goes on once there is room', async () => {
    const small = disk as SmallDisk;
    const campaign = join(small.path, 'full');
    const onDisk = (...more: string[]) => submit('full', `output.dir=${small.path}`, ...more);
    expect(await onDisk()).toMatchObject({ status: 0 });
    await lab.until('the cell is under way', () => existsSync(join(campaign, 's9/events.jsonl')));
    small.resize(ROOM - small.freeBytes());
    await lab.until('the job is over', () => lab.running(campaign).length === 0);
    const log = await lab.ask('bash', '-c', `cat ${campaign}/slurm/submissions/001/logs/*`);
    expect(log).toMatch(/Cannot write .*no room|No space|ENOSPC/i);
    small.resize(2 * ROOM);
    const again = async () => ((await onDisk('--only', 'all')).stderr.includes('submission 002') ? 'taken' : 'waiting');
    await expect.poll(again, { timeout: 30_000, interval: 500 }).toBe('taken');
    await lab.until('the cell is done', () => lab.results(campaign)[0]?.standing === 'done');
    expect(lab.results(campaign)[0]?.digest).toBe(digest);
  });

  it('saves, puts itself back into the queue and goes on when its time is nearly over', async () => {
    await lab.until('the warning has come', () => endings('late').includes('timeout'));
    open();
    await lab.until('an attempt ends by itself', () => endings('late').includes('done'));
    expect(endings('late')).toEqual([
      ...endings('late')
        .slice(1)
        .map(() => 'timeout'),
      'done',
    ]);
    const { stdout } = await lab.balpm('runs', 'digest', join(scratch.path, 'runs/asked'));
    expect(digestOf('late')).toBe(stdout);
  });

  it('gives up after so many limits, and says which cap that was', async () => {
    await lab.until('the cell has failed', () => results('capped').length > 0);
    expect(results('capped')).toEqual([{ standing: 'failed', exitStatus: 3 }]);
    expect(lab.results(campaignOf('capped'))[0]?.message).toMatch(/ran out of time 1 times, and job.maxTimeouts is 0/);
    const asked = (...more: string[]) => submit('capped', ...askProgram, ...more);
    expect((await asked()).stderr).toContain('nothing to submit');
    expect((await asked('--only', 'failed')).status).toBe(0);
    await isDone('capped');
    expect(digestOf('capped')).toBe(digestOf('late'));
  });
});
