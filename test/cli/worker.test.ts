import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { balpm, makeScratch, ROOT } from '../support/balpm.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';
import { changedFile, foreignKeys, until, waitForWorker } from '../worker/remote-worker.ts';
import { isRunning } from '../worker/test-worker.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const run = (id: string): string => join(scratch.path, 'runs', id);
const main = join(ROOT, 'dist/main.js');
const startWorker = (file: string) =>
  execa(process.execPath, [main, 'worker', 'start', '--connect', file], { reject: false, stdin: 'ignore' });

describe('balpm run worker.listen=HOST', () => {
  it('says how to start the worker, and gives the digest of a local run', async () => {
    const local = await balpm(['run', '-c', config, '--id', 'local']);
    expect(local.status).toBe(0);
    const remote = balpm(['run', '-c', config, '--id', 'remote', 'worker.listen=127.0.0.1']);
    const file = join(run('remote'), 'worker/connection.json');
    await until(() => existsSync(file));
    const worker = await startWorker(file);
    const { status, stderr } = await remote;
    expect({ status, worker: worker.exitCode }).toEqual({ status: 0, worker: 0 });
    expect(stderr).toMatch(
      /waiting for a worker at tcp:\/\/127\.0\.0\.1:\d+; on its host: balpm worker start --connect/,
    );
    expect(worker.stdout).toBe('the worker has ended as asked');
    expect(worker.stderr).toContain("connected to 'tcp://127.0.0.1:");
    const digests = await Promise.all(['local', 'remote'].map((id) => balpm(['runs', 'digest', run(id)])));
    expect(digests[1]?.stdout).toBe(digests[0]?.stdout);
    expect(digests[0]?.stdout).toMatch(/[0-9a-f]{64}/);
    expect(readdirSync(run('remote'))).not.toContain('worker');
    expect(readFileSync(join(run('remote'), 'worker.log'), 'utf8')).toMatch(/orchestrator: The worker on .* joined/);
  });

  it('gives up when no worker joins in time', async () => {
    const keys = ['worker.listen=127.0.0.1', 'worker.startTimeoutSeconds=1'];
    const { status, stderr } = await balpm(['run', '-c', config, '--id', 'alone', ...keys]);
    expect(status).toBe(5);
    expect(stderr).toContain('none joined at tcp://127.0.0.1:');
  });

  it.each(['0.0.0.0', '0.0.0.0:5555', 'a:b:c'])('refuses %s', async (host) => {
    const { status, stderr } = await balpm(['run', '-c', config, '--id', 'open', `worker.listen=${host}`]);
    expect(status).toBe(2);
    expect(stderr).toContain('HOST or HOST:PORT of one interface, not of all');
  });
});

describe('balpm sweep worker.listen=HOST', () => {
  it('waits for one worker a lane', async () => {
    const keys = ['worker.listen=127.0.0.1', 'seed=1,2', 'rounds=2'];
    const sweep = balpm(['sweep', '-c', config, '--id', 'grid', '--jobs', '2', ...keys]);
    const workers = [0, 1].map(async (lane) => {
      const file = join(run('grid'), `worker-${lane}/connection.json`);
      await until(() => existsSync(file));
      return (await startWorker(file)).exitCode;
    });
    expect(await Promise.all(workers)).toEqual([0, 0]);
    expect((await sweep).status).toBe(0);
  });
});

describe('balpm worker start', () => {
  it('ends with 3 when its key is refused, which the orchestrator logs', async () => {
    const waiting = await waitForWorker();
    const { exitCode, stderr } = await startWorker(changedFile(waiting.file, foreignKeys()));
    expect(exitCode).toBe(3);
    expect(stderr).toContain("the orchestrator refused this worker's key, the connection file of this run is needed");
    expect(stderr).toMatch(/^error: Cannot work for '.*': the worker did not get in/m);
    await waiting.noted(/^Refused a worker from 127\.0\.0\.1: its key is not on the list$/);
    waiting.stop();
    await waiting.client.catch(() => undefined);
  });

  it('ends with 3 when others may read the file', async () => {
    const waiting = await waitForWorker();
    const file = changedFile(waiting.file, {});
    chmodSync(file, 0o644);
    const { exitCode, stderr } = await startWorker(file);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: `error: Cannot use connection file '${file}': its mode is 0644, 0600 is needed`,
    });
    waiting.stop();
    await waiting.client.catch(() => undefined);
  });

  it('passes SIGTERM on, and takes the worker along when it is killed', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const waiting = await waitForWorker();
      const command = startWorker(waiting.file);
      const client = await waiting.client;
      expect(isRunning(client.hello.pid)).toBe(true);
      command.kill(signal);
      await until(() => !isRunning(client.hello.pid));
      expect((await command).exitCode).toBe(signal === 'SIGTERM' ? 0 : undefined);
    }
  });

  it('ends with 2 without a file to connect with', async () => {
    const { status, stderr } = await balpm(['worker', 'start']);
    expect(status).toBe(2);
    expect(stderr).toContain('neither is given; give --connect FILE, or --rendezvous DIR');
  });

  it('names a Python that cannot be run', async () => {
    const waiting = await waitForWorker();
    const { status, stderr } = await balpm(['worker', 'start', '--connect', waiting.file, '--python', '/no/python']);
    expect(status).toBe(3);
    expect(stderr).toContain("Cannot start the worker with Python '/no/python'");
    waiting.stop();
    await waiting.client.catch(() => undefined);
  });
});
