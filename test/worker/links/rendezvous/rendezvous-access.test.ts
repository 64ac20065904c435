import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import type { WorkerAccess } from '../../../../src/worker/links/remote/worker-access.ts';
import { openRendezvousAccess } from '../../../../src/worker/links/rendezvous/rendezvous-access.ts';
import { makeKeyPair } from '../../../../src/worker/wire/connection.ts';
import { foreignKeys, QUICK } from '../../remote-worker.ts';
import { newDirectory } from '../../test-worker.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

const PLACE = { endpoints: ['tcp://127.0.0.1:1'], serverKey: makeKeyPair().publicKey, patience: QUICK };
const place = { ...PLACE, runDir: null, device: 'cpu', threads: 1 };
const open = (directory: string, notes: string[] = [], signal = new AbortController().signal): Promise<WorkerAccess> =>
  openRendezvousAccess({ directory, note: (sentence) => void notes.push(sentence), signal });
const newPlace = (): string => join(newDirectory(), 'runs', 'meet');
const read = (directory: string, name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(directory, name), 'utf8')) as Record<string, unknown>;

/** Writes what a worker would publish; gives its key and path. */
function publishWorker(directory: string, name = 'worker-1-2-abcdef.json', change = {}): { key: string; path: string } {
  const key = foreignKeys().publicKey;
  const path = join(directory, name);
  const content = { schemaVersion: 1, incarnation: 'ab'.repeat(16), publicKey: key, jobId: null, host: 'h', pid: 1 };
  writeFileSync(path, JSON.stringify({ ...content, ...change }), { mode: 0o600 });
  return { key, path };
}

describe('openRendezvousAccess()', () => {
  it('makes a directory for this user alone and publishes what workers need, in private files', async () => {
    const directory = newPlace();
    const access = await open(directory);
    access.publish(place);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'orchestrator.json')).mode & 0o777).toBe(0o600);
    expect(read(directory, 'orchestrator.json')).toMatchObject({
      publicKey: place.serverKey,
      endpoints: place.endpoints,
    });
  });

  it('lets in exactly the keys that stand in the directory at that moment', async () => {
    const directory = newPlace();
    const access = await open(directory);
    const { key, path } = publishWorker(directory);
    expect([key, foreignKeys().publicKey].map(access.allows)).toEqual([true, false]);
    rmSync(path);
    expect(access.allows(key)).toBe(false);
  });

  const damages: [string, (path: string, directory: string) => unknown][] = [
    ['readable by others', (path) => chmodSync(path, 0o644)],
    ['in a directory others may enter', (_path, directory) => chmodSync(directory, 0o755)],
    ['of another name', (path, directory) => renameSync(path, join(directory, 'other-1-2-abcdef.json'))],
    ['behind a symbolic link', (path) => (renameSync(path, `${path}.kept`), symlinkSync(`${path}.kept`, path))],
    ['torn', (path) => writeFileSync(path, readFileSync(path, 'utf8').slice(0, 120))],
    ['with a field too many', (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('{', '{"more":1,'))],
  ];
  it.each(damages)('lets nobody in by a file %s', async (_name, damage) => {
    const directory = newPlace();
    const access = await open(directory);
    const { key, path } = publishWorker(directory);
    expect(access.allows(key)).toBe(true);
    damage(path, directory);
    expect(access.allows(key)).toBe(false);
  });

  it.runIf(process.getuid?.() === 0)(
    "lets nobody in by another user's file, and refuses another user's directory",
    async () => {
      const directory = newPlace();
      const access = await open(directory);
      const { key, path } = publishWorker(directory);
      await execa('chown', ['12345', path]);
      expect(access.allows(key)).toBe(false);
      await execa('chown', ['12345', directory]);
      await expect(open(directory)).rejects.toThrow(/^Cannot use rendezvous directory '.*': its owner is user 12345/);
    },
  );

  it('refuses a directory others may enter, and what is none', async () => {
    const directory = newDirectory();
    chmodSync(directory, 0o755);
    await expect(open(directory)).rejects.toThrow(/its mode is 0755, 0700 is needed$/);
    const file = join(newDirectory(), 'file');
    writeFileSync(file, '');
    await expect(open(file)).rejects.toThrow(/it is not a directory, one is needed$/);
  });

  it('removes its file, and says that the run is done only when it is', async () => {
    const directory = newPlace();
    for (const isOver of [false, true]) {
      const access = await open(directory);
      access.publish(place);
      const { incarnation } = read(directory, 'orchestrator.json');
      expect(existsSync(join(directory, 'ended.json'))).toBe(false);
      access.withdraw(isOver);
      access.withdraw(false);
      expect(existsSync(join(directory, 'orchestrator.json'))).toBe(false);
      expect(existsSync(join(directory, 'ended.json'))).toBe(isOver);
      if (isOver) expect(read(directory, 'ended.json')).toEqual({ schemaVersion: 1, incarnation });
    }
    (await open(directory)).publish(place);
    expect(existsSync(join(directory, 'ended.json'))).toBe(false);
  });

  it('leaves the file of an orchestrator that came after it', async () => {
    const directory = newPlace();
    const first = await open(directory);
    first.publish(place);
    const second = await open(directory);
    second.publish(place);
    const { incarnation } = read(directory, 'orchestrator.json');
    first.withdraw(true);
    expect(read(directory, 'orchestrator.json').incarnation).toBe(incarnation);
    expect(existsSync(join(directory, 'ended.json'))).toBe(false); // the workers are not its to end any more
    second.withdraw(true);
    expect(read(directory, 'ended.json')).toMatchObject({ incarnation });
  });

  it('leaves the directory to the faster one of two that come at the same moment', async () => {
    const directory = newPlace();
    for (let killed = 0; killed < 2; killed += 1) {
      const [first, second] = [await open(directory), await open(directory)];
      first.publish(place);
      const { incarnation } = read(directory, 'orchestrator.json');
      expect(() => second.publish(place)).toThrow(/another orchestrator came at the same moment; name another/);
      second.withdraw(true);
      expect(read(directory, 'orchestrator.json').incarnation).toBe(incarnation);
      expect(readdirSync(directory)).toEqual(['orchestrator.json']);
    }
  });

  it('waits for the end of another one that listens there, unless it is stopped', async () => {
    const directory = newPlace();
    const server = createServer((socket) => void socket.on('error', () => undefined).destroy()).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const { port } = server.address() as { port: number };
    (await open(directory)).publish({ ...place, endpoints: [`tcp://127.0.0.1:${port}`] });
    const notes: string[] = [];
    const stop = new AbortController();
    const stopped = open(directory, notes, stop.signal);
    const second = open(directory);
    await expect
      .poll(() => notes, { timeout: 30_000 })
      .toEqual([`Another orchestrator listens at tcp://127.0.0.1:${port}; waiting for its end`]);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    server.close();
    (await second).publish(place);
    expect(read(directory, 'orchestrator.json').endpoints).toEqual(place.endpoints);
  });

  it('refuses to write over what is no orchestrator file', async () => {
    const directory = newPlace();
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    writeFileSync(join(directory, 'orchestrator.json'), '{"mine": 1}', { mode: 0o600 });
    await expect(open(directory)).rejects.toThrow(/orchestrator\.json': field .*; move it away/);
  });
});
