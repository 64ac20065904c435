import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';
import { joinedWorker } from '../../support/working-worker.ts';
import { until } from '../../worker/remote-worker.ts';

/** A worker loads torch before it begins, on machines that are busy. */
const PATIENCE_SECONDS = 300;
vi.setConfig({ testTimeout: 900_000 });
const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const main = join(ROOT, 'dist/main.js');
const LONG = ['rounds=40', 'acquisition.batch=1'];
const run = (id: string): string => join(scratch.path, 'runs', id);
const digestOf = async (id: string): Promise<string> => (await balpm(['runs', 'digest', run(id)])).stdout;
const eventsOf = (id: string): number =>
  existsSync(join(run(id), 'events.jsonl'))
    ? readFileSync(join(run(id), 'events.jsonl'), 'utf8').split('\n').length
    : 0;

const start = (words: readonly string[]) =>
  execa(process.execPath, [main, ...words], { reject: false, stdin: 'ignore' });
type Started = ReturnType<typeof start>;
const workers: Started[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) {
    worker.kill('SIGKILL');
    await worker;
  }
});
const startWorker = (directory: string): Started => {
  const worker = start(['worker', 'start', '--rendezvous', directory]);
  workers.push(worker);
  return worker;
};
const newRendezvous = (name: string): string => {
  const directory = join(scratch.path, name);
  mkdirSync(directory, { mode: 0o700 });
  return directory;
};
const place = (directory: string): string[] => ['worker.listen=127.0.0.1', `worker.rendezvous=${directory}`];

/** The `count`-th worker that joined a run, by the command it was started by: two processes above its own. */
async function joined(id: string, count: number): Promise<{ readonly command: Started }> {
  const log = join(run(id), 'worker.log');
  const pid = await until(
    () => joinedWorker(log, count),
    () => `${count} workers`,
    PATIENCE_SECONDS,
  );
  const above = parentOf(parentOf(pid));
  return { command: workers.find((worker) => worker.pid === above) as Started };
}
const parentOf = (pid: number): number =>
  Number(
    readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')[1],
  );

/** Waits until a run has written so many more events than it has now. */
async function progressOf(id: string, more: number): Promise<void> {
  const before = eventsOf(id);
  await until(
    () => eventsOf(id) >= before + more,
    () => `${eventsOf(id)} events`,
    PATIENCE_SECONDS,
  );
}

describe('balpm run worker.rendezvous=DIR', () => {
  const local = balpm(['run', '-c', config, '--id', 'local', ...LONG]);

  it('goes on with a spare when its worker is killed, and with a new one when all are', async () => {
    expect((await local).status).toBe(0);
    const directory = newRendezvous('lost');
    const lost = start(['run', '-c', config, '--id', 'lost', ...LONG, ...place(directory)]);
    await until(
      () => existsSync(join(directory, 'orchestrator.json')),
      () => '',
      PATIENCE_SECONDS,
    );
    void startWorker(directory);
    void startWorker(directory);
    for (const count of [1, 2]) {
      const { command } = await joined('lost', count);
      await progressOf('lost', 5);
      command.kill('SIGKILL');
      expect((await command).signal).toBe('SIGKILL');
    }
    const last = startWorker(directory);
    const { exitCode, stderr } = await lost;
    expect({ exitCode, last: (await last).exitCode }).toEqual({ exitCode: 0, last: 0 });
    expect(stderr).toContain(`on its host: balpm worker start --rendezvous ${directory}`);
    expect(countOf('lost')).toBe(3);
    expect(await digestOf('lost')).toBe(await digestOf('local'));
    expect(readdirSync(directory)).toEqual(['ended.json']);
  });

  it('is rejoined by its worker when it was killed and is resumed', async () => {
    expect((await local).status).toBe(0);
    const directory = newRendezvous('killed');
    const worker = startWorker(directory);
    const killed = start(['run', '-c', config, '--id', 'killed', ...LONG, ...place(directory)]);
    await until(
      () => eventsOf('killed') >= 5,
      () => `${eventsOf('killed')} events`,
      PATIENCE_SECONDS,
    );
    killed.kill('SIGKILL');
    expect((await killed).signal).toBe('SIGKILL');
    expect(existsSync(join(directory, 'orchestrator.json'))).toBe(true);
    expect((await balpm(['resume', run('killed')])).status).toBe(0);
    expect(countOf('killed')).toBe(2);
    expect((await worker).exitCode).toBe(0);
    expect((await worker).stdout).toBe('the worker has ended as asked');
    expect(await digestOf('killed')).toBe(await digestOf('local'));
  });

  it('leaves its worker waiting when it is stopped, for the next one', async () => {
    expect((await local).status).toBe(0);
    const directory = newRendezvous('stopped');
    const worker = startWorker(directory);
    const stopped = start(['run', '-c', config, '--id', 'stopped', ...LONG, ...place(directory)]);
    await until(
      () => eventsOf('stopped') >= 5,
      () => `${eventsOf('stopped')} events`,
      PATIENCE_SECONDS,
    );
    stopped.kill('SIGTERM');
    expect((await stopped).exitCode).toBe(143);
    expect(readdirSync(directory).filter((name) => !name.startsWith('worker-'))).toEqual([]);
    expect((await balpm(['resume', run('stopped')])).status).toBe(0);
    expect((await worker).exitCode).toBe(0);
    expect(await digestOf('stopped')).toBe(await digestOf('local'));
  });

  it('refuses a directory others may enter, as its worker does', async () => {
    const directory = newRendezvous('open');
    chmodSync(directory, 0o755);
    const reason = `Cannot use rendezvous directory '${directory}': its mode is 0755, 0700 is needed`;
    const refused = await balpm(['run', '-c', config, '--id', 'open', ...place(directory)]);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain(reason);
    const worker = await startWorker(directory);
    expect({ exitCode: worker.exitCode, stderr: worker.stderr }).toEqual({ exitCode: 3, stderr: `error: ${reason}` });
  });

  it.each([
    [['worker.rendezvous=meet'], 'worker.listen'],
    [['worker.listen=127.0.0.1', 'worker.rendezvous=meet', 'worker.connectionFile=f.json'], 'worker.connectionFile'],
  ])('refuses %s', async (keys, named) => {
    const { status, stderr } = await balpm(['run', '-c', config, '--id', 'wrong', ...keys]);
    expect(status).toBe(2);
    expect(stderr).toContain(named);
    expect(stderr).toContain('worker.rendezvous');
  });
});

/** How many workers have joined a run. */
function countOf(id: string): number {
  return [...readFileSync(join(run(id), 'worker.log'), 'utf8').matchAll(/\(pid \d+\) joined$/gm)].length;
}

describe('balpm worker start --rendezvous', () => {
  it('ends with 3 where there is no directory, with 2 for options of two kinds', async () => {
    const absent = join(scratch.path, 'absent');
    const { status, stderr } = await balpm(['worker', 'start', '--rendezvous', absent]);
    expect(status).toBe(3);
    expect(stderr).toContain(`Cannot use rendezvous directory '${absent}': there is no such`);
    const both = await balpm(['worker', 'start', '--rendezvous', absent, '--connect', 'f.json']);
    expect(both.status).toBe(2);
    expect(both.stderr).toContain('options of both are given');
    expect((await balpm(['worker', 'start', '--connect', 'f.json', '--idle-minutes', '5'])).status).toBe(2);
    const noJob = await balpm(['worker', 'start', '--rendezvous', newRendezvous('jobless'), '--requeue']);
    expect(noJob.status).toBe(2);
    expect(noJob.stderr).toContain('--requeue is given outside a job of Slurm');
  });

  it('ends with 0 on SIGINT while it waits', async () => {
    const directory = newRendezvous('waiting');
    const worker = startWorker(directory);
    let said = '';
    worker.stderr.on('data', (text: Buffer) => {
      said += text.toString();
    });
    await until(
      () => said.includes('waiting in'),
      () => said,
      PATIENCE_SECONDS,
    );
    worker.kill('SIGINT');
    const { exitCode, stdout } = await worker;
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'the worker has ended as asked' });
  });
});
