import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { workerEcho } from '../../../src/protocol/operations/worker-echo.ts';
import type { WorkerClient } from '../../../src/worker/client.ts';
import type { OrchestratorFile } from '../../../src/worker/links/rendezvous/rendezvous-files.ts';
import {
  type ForeignWorker,
  foreignKeys,
  privateFile,
  QUICK,
  startForeign,
  startWaiting,
  until,
  type Waiting,
  waitForWorker,
} from '../remote-worker.ts';
import { newDirectory } from '../test-worker.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const newRendezvous = (): string => {
  const directory = join(newDirectory(), 'meet');
  mkdirSync(directory, { mode: 0o700 });
  return directory;
};
const listen = async (rendezvous: string, isOver = true): Promise<Waiting> => {
  const settings = { rendezvous, isOver: () => isOver, patience: { ...QUICK, heartbeatTimeoutMs: 30_000 } };
  const waiting = await waitForWorker({ restartDelayMs: 1 }, settings); // a killed worker is noticed without heartbeats
  endings.push(async () => {
    waiting.stop();
    await waiting.client.then((client) => client.close()).catch(() => undefined);
  });
  return waiting;
};
const start = (directory: string, ...more: string[]): ForeignWorker => {
  const worker = startWaiting(directory, ...more);
  endings.push(async () => {
    worker.kill('SIGTERM');
    await worker.exited;
  });
  return worker;
};
/** A key, public or secret, in the form in which both are written. */
const Z85_KEY = /^[!-~]{40}$/;
const echo = (client: WorkerClient, text: string, holdMs = 0) =>
  client.call(workerEcho, { text, holdMs, fail: null }).then(({ data }) => data.text);
const named = (directory: string, begin: string): string[] =>
  readdirSync(directory).filter((name) => name.startsWith(begin));
const orchestratorIn = (directory: string): OrchestratorFile =>
  JSON.parse(readFileSync(join(directory, 'orchestrator.json'), 'utf8')) as OrchestratorFile;
const said = (worker: ForeignWorker, words: string): Promise<unknown> =>
  until(() => worker.said().includes(words), worker.said);

describe('a worker that meets its orchestrator in a directory', () => {
  it('waits for it, answers, and ends with 0 when the work is done', async () => {
    const directory = newRendezvous();
    const worker = start(directory);
    await said(worker, 'waiting in');
    const client = await (await listen(directory)).client;
    expect(await echo(client, 'met')).toBe('met');
    await client.close();
    expect(await worker.exited).toBe(0);
    expect(worker.said()).toContain('the run is done');
    expect(readdirSync(directory)).toEqual(['ended.json']);
  });

  it('leaves public keys there and nothing secret, all of it private', async () => {
    const directory = newRendezvous();
    start(directory);
    const client = await (await listen(directory)).client;
    const allowed = {
      'orchestrator.json': 'schemaVersion incarnation endpoints publicKey schemaSha runDir device threads patience',
      'worker-': 'schemaVersion incarnation publicKey jobId host pid',
      'ended.json': 'schemaVersion incarnation',
    };
    const read = (name: string) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as Record<string, unknown>;
    const look = (): void => {
      for (const name of readdirSync(directory)) {
        const kind = Object.entries(allowed).find(([begin]) => name.startsWith(begin));
        const content = read(name);
        expect({ name, keys: Object.keys(content).sort() }).toEqual({ name, keys: kind?.[1].split(' ').sort() });
        for (const [field, value] of Object.entries(content))
          if (field !== 'publicKey') expect(String(value)).not.toMatch(Z85_KEY);
        expect({ name, mode: statSync(join(directory, name)).mode & 0o777 }).toEqual({ name, mode: 0o600 });
      }
    };
    look();
    const keys = readdirSync(directory).map((name) => read(name)['publicKey']);
    expect(keys).toEqual([expect.stringMatching(Z85_KEY), expect.stringMatching(Z85_KEY)]);
    await client.close();
    look();
  });

  it('goes on waiting when the orchestrator leaves without being done, and joins the next one', async () => {
    const directory = newRendezvous();
    const worker = start(directory);
    const first = await (await listen(directory, false)).client;
    const pid = first.hello.pid;
    await first.close();
    expect(existsSync(join(directory, 'ended.json'))).toBe(false);
    const second = await (await listen(directory)).client;
    expect(await echo(second, 'again')).toBe('again');
    expect(second.hello.pid).not.toBe(pid);
    await second.close();
    expect(await worker.exited).toBe(0);
  });

  it('takes over when the first one is killed, with its call', async () => {
    const directory = newRendezvous();
    const first = start(directory);
    const waiting = await listen(directory);
    const client = await waiting.client;
    const spare = start(directory);
    await said(spare, 'this one waits as a spare');
    await waiting.noted(/^A spare worker waits on '/);
    expect(await echo(client, 'still here')).toBe('still here');
    const underWay = echo(client, 'taken over', 3000);
    const pid = client.hello.pid;
    first.kill('SIGKILL');
    expect(await underWay).toBe('taken over');
    expect(client.hello.pid).not.toBe(pid);
    await client.close();
    expect(await spare.exited).toBe(0);
    expect(named(directory, 'worker-')).toEqual([]);
  });

  it('comes back with a new process when its own was killed', async () => {
    const directory = newRendezvous();
    const worker = start(directory);
    const client = await (await listen(directory)).client;
    const { pid } = client.hello;
    process.kill(pid, 'SIGKILL');
    expect(await echo(client, 'back')).toBe('back');
    expect(client.hello.pid).not.toBe(pid);
    expect(worker.said()).toContain('the worker process ended with status -9');
  });

  it('ends with 0 on SIGTERM and on SIGINT, waiting or at work, and takes its file along', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const directory = newRendezvous();
      const idle = start(directory);
      await said(idle, 'waiting in');
      idle.kill(signal);
      expect(await idle.exited).toBe(0);
      const worker = start(directory);
      const waiting = await listen(directory);
      const call = echo(await waiting.client, 'x', 600_000);
      call.catch(() => undefined); // no other worker comes
      worker.kill(signal);
      expect(await worker.exited).toBe(0);
      expect(named(directory, 'worker-')).toEqual([]);
    }
  });

  it('ends with 75 after its minutes without an orchestrator, or where a killed one left its file', async () => {
    const directory = newRendezvous();
    const alone = start(directory, '--idle-minutes', '0.01');
    expect(await alone.exited).toBe(75);
    expect(alone.said()).toContain('there was no orchestrator for 0.01 minutes');
    const waiting = await listen(directory);
    const stale = readFileSync(join(directory, 'orchestrator.json'), 'utf8').replaceAll(/:\d+"/g, ':1"');
    waiting.stop();
    await waiting.client.catch(() => undefined);
    writeFileSync(join(directory, 'orchestrator.json'), stale, { mode: 0o600 });
    const stranded = start(directory, '--idle-minutes', '0.02');
    expect(await stranded.exited).toBe(75);
    expect(stranded.said()).toContain('nobody was at');
  });
});

describe('who is refused at a rendezvous', () => {
  it('is a foreign key, though it knows the address and the server key, and a key that stands there no more', async () => {
    const directory = newRendezvous();
    const waiting = await listen(directory);
    const { incarnation, publicKey, ...place } = orchestratorIn(directory);
    const keys = foreignKeys();
    const file = privateFile(JSON.stringify({ ...place, serverKey: publicKey, ...keys, token: 'ab'.repeat(16) }));
    const isRefused = async (): Promise<void> => {
      const stranger = startForeign(file);
      expect(await stranger.exited).toBe(78);
      expect(stranger.said()).toContain("the orchestrator refused this worker's key");
    };
    await isRefused();
    await waiting.noted(/^Refused a worker from 127\.0\.0\.1: its key is not on the list$/);
    expect(readFileSync(waiting.logFile, 'utf8')).toContain('Refused a worker from 127.0.0.1');

    const known = { schemaVersion: 1, incarnation, publicKey: keys.publicKey, jobId: null, host: 'h', pid: 1 };
    const path = join(directory, 'worker-known.json');
    writeFileSync(path, JSON.stringify(known), { mode: 0o600 });
    const friend = startForeign(file);
    const client = await waiting.client;
    expect(await echo(client, 'its key stands there')).toBe('its key stands there');
    rmSync(path);
    friend.kill('SIGKILL');
    await isRefused();
    start(directory);
    expect(await echo(client, 'the right one')).toBe('the right one');
  });

  it('is an orchestrator that has not the key of its file: the worker says nothing to it', async () => {
    const directory = newRendezvous();
    const waiting = await listen(directory);
    const other = { ...orchestratorIn(directory), publicKey: foreignKeys().publicKey };
    writeFileSync(join(directory, 'orchestrator.json'), JSON.stringify(other), { mode: 0o600 });
    start(directory);
    await waiting.noted(/^Refused a connection: it knows another server key$/);
  });

  it('is a worker whose directory others may enter, or whose orchestrator file others may write', async () => {
    const directory = newRendezvous();
    chmodSync(directory, 0o755);
    const open = start(directory);
    expect(await open.exited).toBe(78);
    expect(open.said()).toContain(`Cannot use rendezvous directory '${directory}': its mode is 0755, 0700 is needed`);
    chmodSync(directory, 0o700);
    await listen(directory);
    chmodSync(join(directory, 'orchestrator.json'), 0o620);
    const worker = start(directory);
    expect(await worker.exited).toBe(78);
    expect(worker.said()).toMatch(/orchestrator\.json': its mode is 0620, 0600 is needed/);
  });
});
