import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { readWhole } from '../../support/slurm/read-whole.ts';
import { slurmOrSkip } from '../../support/slurm/slurm-or-skip.ts';
import { type Slurm, startSlurm } from '../../support/slurm/start-slurm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';
import { joinedWorker } from '../../support/working-worker.ts';
import { until } from '../../worker/remote-worker.ts';

const PATIENCE_SECONDS = 300;
vi.setConfig({ testTimeout: 900_000 });
const scratch = makeScratch();
afterAll(scratch.remove);
const at = (name: string): string => join(scratch.path, name);

describe('balpm slurm workers --dry-run', () => {
  const dryRun = (...words: string[]) =>
    balpm(['slurm', 'workers', '--count', '3', '--rendezvous', at('dry'), '--dry-run', ...words], {
      env: { PATH: '' },
    });

  it('prints the script and the call of sbatch, writes nothing and needs no Slurm', async () => {
    const { status, stdout } = await dryRun('--device', 'cuda', '--job', 'gpus=1', '--', '--exclude=n7');
    expect(status).toBe(0);
    expect(stdout).toContain(`# sbatch --parsable --export=ALL --exclude=n7 ${at('dry')}/slurm/001/workers.sbatch\n`);
    for (const line of ['--array=0-2', '--gres=gpu:1', '--signal=B:USR2@120', '--requeue', '--open-mode=append'])
      expect(stdout).toContain(`#SBATCH ${line}\n`);
    expect(stdout).toMatch(/\nexec \S+ \S+ worker start --rendezvous \S+\/dry --requeue --device cuda\n/);
    expect(existsSync(at('dry'))).toBe(false);
  });

  it.each([
    [['--job', 'tasksPerJob=2'], 'job.tasksPerJob applies to cells'],
    [['--job', 'gpu=1'], 'gpus'],
    [['--', '--array=1-2'], 'balpm sets --array itself'],
    [['--count', '0'], 'a whole number of at least 1 is needed'],
    [['--count', '5000'], 'an array of this site holds at most 1001 jobs'],
  ])('refuses %s', async (words, reason) => {
    const { status, stderr } = await dryRun(...words);
    expect(status).toBe(2);
    expect(stderr).toContain(reason);
  });
});

describe.runIf(slurmOrSkip())('workers as jobs of a real Slurm', () => {
  let slurm: Slurm;
  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2, cpus: 4 });
  });
  afterAll(async () => slurm?.down());

  const config = writeTinyConfig(scratch.path);
  const LONG = ['rounds=80', 'acquisition.batch=1'];
  const run = (id: string): string => at(`runs/${id}`);
  const ask = async (program: string, ...args: string[]): Promise<string> =>
    (await execa(program, args, { env: slurm.env, cwd: scratch.path })).stdout;
  const submit = (directory: string, ...words: string[]) => {
    const job = ['--job', 'cpus=4', '--job', 'memGb=1', '--job', 'minutes=30', ...words];
    const all = ['slurm', 'workers', '--count', '2', '--rendezvous', directory, ...job];
    return balpm(all, { env: { ...slurm.env }, cwd: scratch.path });
  };
  const states = async (job: string): Promise<string[]> =>
    (await ask('squeue', '-h', '-r', '-a', '-t', 'all', '-j', job, '-o', '%T')).split('\n').sort();
  const statesOnce = (job: string, wanted: string[]): Promise<unknown> =>
    expect.poll(() => states(job), { timeout: PATIENCE_SECONDS * 1000, interval: 200 }).toEqual(wanted);
  /** The job of the `count`-th worker that joined a run, by the file that worker published. */
  const jobOf = async (id: string, directory: string, count: number): Promise<string> => {
    const log = join(run(id), 'worker.log');
    const pid = await until(
      () => joinedWorker(log, count),
      () => `${count} workers`,
      PATIENCE_SECONDS,
    );
    const known = readdirSync(directory)
      .filter((name) => /^worker-.*\.json$/.test(name))
      .flatMap((name) => readWhole<{ jobId: string; pid: number }>(join(directory, name)));
    return known.find((file) => file.pid === pid)?.jobId ?? 'none';
  };

  it('come back from the queue when they are warned or their node fails, and give the digest of a local run', async () => {
    const local = balpm(['run', '-c', config, '--id', 'local', ...LONG]);
    const directory = at('meet');
    const submitted = await submit(directory);
    expect(submitted.status).toBe(0);
    const job = submitted.stdout.trim();
    expect(job).toMatch(/^\d+$/);
    const place = ['worker.listen=127.0.0.1', `worker.rendezvous=${directory}`];
    const remote = balpm(['run', '-c', config, '--id', 'remote', ...LONG, ...place]);

    const warned = await jobOf('remote', directory, 1);
    expect(warned).toMatch(new RegExp(`^${job}_[01]$`));
    await ask('scancel', '-b', '-s', 'USR2', warned);
    const lost = await jobOf('remote', directory, 2);
    expect(lost).not.toBe(warned);
    await slurm.failNode(await ask('squeue', '-h', '-r', '-j', lost, '-o', '%N'));
    expect(await jobOf('remote', directory, 3)).toMatch(new RegExp(`^${job}_[01]$`));

    expect((await remote).status).toBe(0);
    await statesOnce(job, ['COMPLETED', 'COMPLETED']);
    for (const element of [warned, lost])
      expect(await ask('scontrol', 'show', 'job', element)).toMatch(/Restarts=[1-9]/);
    expect((await local).status).toBe(0);
    const digests = await Promise.all(['local', 'remote'].map((id) => balpm(['runs', 'digest', run(id)])));
    expect(digests[1]?.stdout).toBe(digests[0]?.stdout);
    expect(readFileSync(join(directory, 'slurm/001/logs', `${warned}.out`), 'utf8')).toContain(
      'this job is back in the queue',
    );
    for (const node of ['n1', 'n2']) await slurm.recoverNode(node).catch(() => undefined);
  });

  it('end with 0 at once when the run was done before they began, unless more are asked for later', async () => {
    const directory = at('done');
    mkdirSync(directory, { mode: 0o700 });
    const held = await submit(directory, '--', '--hold');
    const job = held.stdout.trim();
    const ended = { schemaVersion: 1, incarnation: 'ab'.repeat(16) };
    writeFileSync(join(directory, 'ended.json'), JSON.stringify(ended), { mode: 0o600 });
    await ask('scontrol', 'release', job);
    await statesOnce(job, ['COMPLETED', 'COMPLETED']);
    const more = (await submit(directory)).stdout.trim();
    expect(existsSync(join(directory, 'ended.json'))).toBe(false);
    expect(readdirSync(join(directory, 'slurm'))).toEqual(['001', '002']);
    await statesOnce(more, ['RUNNING', 'RUNNING']);
    await ask('scancel', more);
    await statesOnce(more, ['CANCELLED', 'CANCELLED']);
  });

  it('are preempted and come back where no warning is sent', async () => {
    const directory = at('preempted');
    const bare = await startSlurm({ nodes: 1, cpus: 4, warnsPreempted: false, graceSeconds: 1 });
    try {
      const options = { env: { ...bare.env }, cwd: scratch.path };
      const words = ['--count', '1', '--rendezvous', directory, '--job', 'cpus=4', '--job', 'memGb=1'];
      const job = (await balpm(['slurm', 'workers', ...words], options)).stdout.trim();
      const log = join(directory, 'slurm/001/logs', `${job}_0.out`);
      const waits = (times: number): boolean =>
        existsSync(log) && readFileSync(log, 'utf8').split('for an orchestrator').length > times;
      await until(
        () => waits(1),
        () => log,
        PATIENCE_SECONDS,
      );
      await execa('sbatch', ['-p', 'high', '-c', '4', '--output=/dev/null', '--wrap', 'true'], options);
      await until(
        () => waits(2),
        () => readFileSync(log, 'utf8'),
        PATIENCE_SECONDS,
      );
      expect(readFileSync(log, 'utf8')).toContain('restart=1');
    } finally {
      await bare.down();
    }
  });

  it('are not started in a directory others may enter, nor on a partition that does not exist', async () => {
    const directory = at('open');
    mkdirSync(directory);
    chmodSync(directory, 0o755);
    const open = await submit(directory);
    expect(open.status).toBe(3);
    expect(open.stderr).toContain(`Cannot use rendezvous directory '${directory}': its mode is 0755, 0700 is needed`);
    const profile = at('profile.yaml');
    writeFileSync(profile, 'partition: nowhere\n');
    const nowhere = await submit(at('nowhere'), '--profile', profile);
    expect(nowhere.status).toBe(3);
    expect(nowhere.stderr).toMatch(/Cannot submit .*--test-only.*invalid partition/i);
    expect(statSync(at('nowhere')).mode & 0o777).toBe(0o700);
  });
});
