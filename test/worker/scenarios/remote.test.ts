import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { workerEcho } from '../../../src/protocol/operations/worker-echo.ts';
import { workerStats } from '../../../src/protocol/operations/worker-stats.ts';
import type { WorkerClient } from '../../../src/worker/client.ts';
import type { ConnectionFile } from '../../../src/worker/links/remote/connection-file.ts';
import { openListening } from '../../../src/worker/open-listening.ts';
import { openBreakableLink } from '../breakable-link.ts';
import {
  changedFile,
  type ForeignWorker,
  foreignKeys,
  QUICK,
  startForeign,
  until,
  type Waiting,
  waitForWorker,
} from '../remote-worker.ts';
import { changedPackage, failureOf, newDirectory, PYTHON } from '../test-worker.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const wait = async (...options: Parameters<typeof waitForWorker>): Promise<Waiting> => {
  const waiting = await waitForWorker(...options);
  endings.push(async () => {
    waiting.stop();
    await waiting.client.then((client) => client.close()).catch(() => undefined);
  });
  return waiting;
};
const start = (...options: Parameters<typeof startForeign>): ForeignWorker => {
  const worker = startForeign(...options);
  endings.push(async () => {
    worker.kill('SIGKILL');
    await worker.exited;
  });
  return worker;
};
const echo = (client: WorkerClient, text: string, holdMs = 0) =>
  client.call(workerEcho, { text, holdMs, fail: null }).then(({ data }) => data.text);
const readJson = (file: string): ConnectionFile => JSON.parse(readFileSync(file, 'utf8')) as ConnectionFile;

describe('a worker of another host', () => {
  it('joins, answers, and ends with its client, which leaves no file', async () => {
    const waiting = await wait();
    const worker = start(waiting.file);
    const client = await waiting.client;
    expect(client.hello.pid).toBe(worker.pid);
    expect(await echo(client, 'over tcp')).toBe('over tcp');
    expect((await client.call(workerStats, {})).data).toMatchObject({ device: 'cpu', threads: 1 });
    await client.close();
    expect(await worker.exited).toBe(0);
    expect(existsSync(dirname(waiting.file))).toBe(false);
  });

  it('is found at the second of two addresses', async () => {
    const waiting = await wait({}, { advertise: ['127.0.0.2', '127.0.0.1'] });
    expect(readJson(waiting.file).endpoints).toHaveLength(2);
    start(waiting.file);
    expect(await echo(await waiting.client, 'found')).toBe('found');
  });

  it('that is killed fails the calls under way with WORKER_LOST when no other shall follow', async () => {
    const waiting = await wait({ restarts: 0 });
    const worker = start(waiting.file);
    const client = await waiting.client;
    const call = failureOf(echo(client, 'x', 600_000));
    worker.kill('SIGKILL');
    const failure = await call;
    expect(failure).toMatchObject({ code: 'WORKER_LOST', kind: 'worker' });
    expect(failure.message).toContain('did not come back within 300 ms');
    expect((await failureOf(echo(client, 'y'))).code).toBe('WORKER_LOST');
  });

  it('ends itself when its orchestrator is killed', async () => {
    const file = `${newDirectory()}/private/connection.json`;
    const orchestrator = execa(
      process.execPath,
      ['--import', 'tsx', resolve('test/worker/fixtures/listening-orchestrator.ts'), file, '127.0.0.1'],
      { reject: false, stderr: 'inherit' },
    );
    await until(() => existsSync(file));
    const worker = start(file);
    await until(() => worker.said().includes('connected to'));
    await new Promise((joined) => orchestrator.stdout.once('data', joined));
    orchestrator.kill('SIGKILL');
    expect(await worker.exited).toBe(75);
    expect(worker.said()).toContain('is gone');
    await orchestrator;
  });

  it('that is told to leave by someone else counts against no call', async () => {
    const waiting = await wait({ attempts: 1, restartDelayMs: 1 });
    const first = start(waiting.file);
    const client = await waiting.client;
    const onProgress = (): void => first.kill('SIGTERM');
    const call = client.call(workerEcho, { text: 'again', holdMs: 1500, fail: null }, {}, { onProgress });
    expect(await first.exited).toBe(0);
    const second = start(waiting.file);
    expect((await call).data.text).toBe('again');
    expect(client.hello.pid).toBe(second.pid);
  });

  it('goes on with its call after the connection was broken', async () => {
    const waiting = await wait({}, { patience: { ...QUICK, reconnectMs: 20_000 } });
    const worker = start(waiting.file);
    const client = await waiting.client;
    const call = echo(client, 'late', 500);
    worker.kill('SIGSTOP'); // heartbeats stop, so the connection breaks
    await waiting.noted(/^The connection to .* broke/);
    worker.kill('SIGCONT');
    await waiting.noted(/is back$/);
    expect(await call).toBe('late');
    expect(await echo(client, 'again')).toBe('again');
  });
});

describe('an answer', () => {
  it('that was lost with the connection is asked for again', async () => {
    const waiting = await wait({}, { patience: { ...QUICK, reconnectMs: 20_000 } });
    const link = await openBreakableLink(readJson(waiting.file).endpoints[0] ?? '');
    endings.push(link.close);
    start(changedFile(waiting.file, { endpoints: [link.endpoint] }));
    const client = await waiting.client;
    link.swallow();
    const text = 'x'.repeat(200_000);
    const call = echo(client, text);
    await until(() => link.swallowed() > text.length);
    link.cut();
    await waiting.noted(/^The connection to .* broke/);
    const meanwhile = echo(client, 'asked meanwhile');
    link.mend();
    expect(await call).toBe(text);
    expect(await meanwhile).toBe('asked meanwhile');
  });
});

describe('who is refused', () => {
  it('is a foreign key, by address', async () => {
    const waiting = await wait();
    const worker = start(changedFile(waiting.file, foreignKeys()));
    expect(await worker.exited).toBe(78);
    expect(worker.said()).toContain("the orchestrator refused this worker's key");
    await waiting.noted(/^Refused a worker from 127\.0\.0\.1: its key is not on the list$/);
    expect(readFileSync(waiting.logFile, 'utf8')).toContain('Refused a worker from 127.0.0.1');
    start(waiting.file);
    expect(await echo(await waiting.client, 'the right one')).toBe('the right one');
  });

  it('is a wrong token', async () => {
    const waiting = await wait();
    const worker = start(changedFile(waiting.file, { token: '0'.repeat(32) }));
    expect(await worker.exited).toBe(78);
    expect(worker.said()).toContain('HANDSHAKE: Cannot accept the worker: its token is another one');
    await waiting.noted(/its token is another one/);
    expect(readFileSync(waiting.logFile, 'utf8')).toContain('its token is another one');
  });

  it('is who knows another server key', async () => {
    const waiting = await wait();
    const other = foreignKeys().publicKey;
    const patience = { ...QUICK, joinMs: 500 };
    const worker = start(changedFile(waiting.file, { serverKey: other, patience }));
    expect(await worker.exited).toBe(78);
    expect(worker.said()).toContain('the connection ended during the handshake');
    await waiting.noted(/^Refused a connection: it knows another server key$/);
  });

  it('is who speaks without encryption', async () => {
    const waiting = await wait();
    const plain = `import sys, zmq
s = zmq.Context().socket(zmq.DEALER)
s.linger = 0
s.connect(sys.argv[1])
s.send(b"hello")
sys.stdin.read()`;
    const stranger = execa(PYTHON, ['-c', plain, readJson(waiting.file).endpoints[0] ?? ''], { reject: false });
    await waiting.noted(/^Refused a connection: it (speaks without encryption|broke off the handshake \(\w+\))$/);
    stranger.stdin.end();
    await stranger;
  });

  it('is a second worker, as long as the first one lives', async () => {
    const waiting = await wait({ restartDelayMs: 1 });
    const first = start(waiting.file);
    const client = await waiting.client;
    const second = start(waiting.file);
    expect(await second.exited).toBe(78);
    expect(second.said()).toContain('there is a worker already');
    expect(await echo(client, 'still here')).toBe('still here');
    const underWay = echo(client, 'taken over', 1000);
    first.kill('SIGKILL');
    await first.exited;
    const third = start(waiting.file);
    expect(await underWay).toBe('taken over');
    expect(client.hello.pid).toBe(third.pid);
    await client.close();
    expect(await third.exited).toBe(0);
  });

  it('is a worker that lacks an operation, with both versions in the text', async () => {
    const waiting = await wait();
    const packageDir = changedPackage('protocol/operations.py', (text) => text.replace('"knn.build"', '"knn.bild"'));
    const worker = start(waiting.file, packageDir);
    expect(await worker.exited).toBe(78);
    expect(worker.said()).toMatch(/it has no 'knn\.build' \(package \S+\), version 1 \(package \S+\) is needed/);
    await waiting.noted(/it has no 'knn\.build'/);
  });

  it('is not a worker of another schema that has every operation, nor of another torch', async () => {
    const sha = readFileSync('python_worker/protocol/constants.py', 'utf8').match(/[0-9a-f]{64}/)?.[0] ?? '';
    const packageDir = changedPackage('protocol/constants.py', (text) => text.replace(sha, '0'.repeat(64)));
    const own = changedPackage('requirements.txt', () => 'torch==0.4.1\n');
    const waiting = await wait({ packageDir: own });
    start(waiting.file, packageDir);
    expect(await echo(await waiting.client, 'welcome')).toBe('welcome');
    await waiting.noted(/has schema 0{64}/);
    await waiting.noted(/this package asks for 0\.4\.1/);
  });
});

describe('a place to join', () => {
  const options = { packageDir: resolve('.'), device: 'cpu', threads: 1, logFile: `${newDirectory()}/worker.log` };

  it('keeps a worker that joins while nobody waits for the next who does', async () => {
    const listening = await openListening({
      ...options,
      host: '127.0.0.1',
      connectionFile: `${newDirectory()}/private/c.json`,
      patience: QUICK,
    });
    endings.push(async () => listening.close());
    const nobody = new AbortController();
    const waiting = failureOf(listening.open({ signal: nobody.signal }));
    nobody.abort();
    expect((await waiting).code).toBe('CANCELLED');
    const worker = start(listening.place.connectionFile ?? '');
    const joined = await listening.open({ signal: new AbortController().signal });
    expect(joined.pid).toBe(worker.pid);
    joined.kill();
    expect([0, 78]).toContain(await worker.exited); // told to end, or that its session has
  });

  it('is freed when its file was replaced by a directory', async () => {
    const connectionFile = `${newDirectory()}/private/c.json`;
    const listening = await openListening({ ...options, host: '127.0.0.1', connectionFile, patience: QUICK });
    rmSync(connectionFile);
    mkdirSync(connectionFile);
    listening.close();
    const port = Number(listening.place.endpoints[0]?.split(':').at(-1));
    const again = await openListening({
      ...options,
      host: '127.0.0.1',
      port,
      connectionFile: `${newDirectory()}/private/c.json`,
      patience: QUICK,
    });
    again.close();
  });
});

describe('waiting', () => {
  it('ends with START_TIMEOUT when nobody joins, and leaves no file', async () => {
    const waiting = await wait({ startTimeoutMs: 50 });
    const failure = await failureOf(waiting.client);
    expect(failure.code).toBe('START_TIMEOUT');
    expect(failure.message).toMatch(/none joined at tcp:\/\/127\.0\.0\.1:\d+ with '.*connection\.json' within 50 ms/);
    expect(existsSync(waiting.file)).toBe(false);
  });

  it('ends with CANCELLED when aborted', async () => {
    const waiting = await wait();
    waiting.stop();
    expect((await failureOf(waiting.client)).code).toBe('CANCELLED');
  });

  it.each([
    ['0.0.0.0', 'usage', 'that is every interface'],
    ['*', 'usage', 'that is every interface'],
    ['192.0.2.1', 'environment', "Cannot listen on '192.0.2.1'"],
  ])('at %s is refused', async (host, kind, text) => {
    await expect(wait({}, { host })).rejects.toMatchObject({ kind, message: expect.stringContaining(text) });
  });

  it('at two places in one process keeps their keys apart', async () => {
    const [one, other] = [await wait(), await wait()];
    const keys = readJson(one.file);
    const lost = start(changedFile(other.file, { publicKey: keys.publicKey, secretKey: keys.secretKey }));
    expect(await lost.exited).toBe(78);
    await other.noted(/its key is not on the list/);
    start(one.file);
    start(other.file);
    expect(await echo(await one.client, 'one')).toBe('one');
    await (await one.client).close();
    expect(await echo(await other.client, 'other')).toBe('other');
  });
});

describe('a secret', () => {
  it('stands in no argument, environment, log or file but the connection file', async () => {
    const waiting = await wait();
    const { serverKey, publicKey, secretKey, token } = readJson(waiting.file);
    const worker = start(waiting.file);
    const client = await waiting.client;
    await echo(client, 'x');
    const places = [
      `/proc/${worker.pid}/cmdline`,
      `/proc/${worker.pid}/environ`,
      '/proc/self/cmdline',
      waiting.logFile,
    ];
    const seen = [...places.map((path) => readFileSync(path, 'latin1')), worker.said(), waiting.notes.join('\n')];
    expect(seen[0]).toContain('--connect');
    for (const secret of [serverKey, publicKey, secretKey, token]) {
      expect(seen.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});
