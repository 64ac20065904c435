import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { startWorker, type WorkerClient, type WorkerOptions } from '../../src/worker/client.ts';
import type { ConnectionFile } from '../../src/worker/links/remote/connection-file.ts';
import type { ListenOptions } from '../../src/worker/links/remote/listen-options.ts';
import { makeKeyPair } from '../../src/worker/wire/connection.ts';
import { newDirectory, PYTHON } from './test-worker.ts';

/** An orchestrator that waits for a worker: what it waits with, what it noticed, and the client to come. */
export interface Waiting {
  readonly file: string;
  readonly logFile: string;
  readonly notes: readonly string[];
  readonly client: Promise<WorkerClient>;
  readonly stop: () => void;
  /** The first thing it noticed that fits. */
  readonly noted: (pattern: RegExp) => Promise<string>;
}

export const QUICK = { heartbeatIntervalMs: 200, heartbeatTimeoutMs: 1000, joinMs: 10_000, reconnectMs: 300 };

/** Starts to wait on the loopback interface; resolves when a worker may join. */
export async function waitForWorker(
  options: Partial<WorkerOptions> = {},
  listen: Partial<Omit<ListenOptions, 'connectionFile' | 'rendezvous'>> & { readonly rendezvous?: string } = {},
): Promise<Waiting> {
  const { rendezvous, ...settings } = listen;
  const file = join(newDirectory(), 'private', 'connection.json');
  const logFile = join(newDirectory(), 'worker.log');
  const notes: string[] = [];
  const abort = new AbortController();
  let client: Promise<WorkerClient> | undefined;
  await new Promise<void>((open, fail) => {
    client = startWorker({
      python: PYTHON,
      packageDir: resolve('.'),
      device: 'cpu',
      threads: 1,
      logFile,
      statusIntervalMs: 100,
      signal: abort.signal,
      listen: {
        host: '127.0.0.1',
        patience: QUICK,
        onListening: () => open(),
        onNote: (sentence) => void notes.push(sentence),
        ...settings,
        ...(rendezvous === undefined ? { connectionFile: file } : { rendezvous }),
      },
      ...options,
    });
    client.catch(fail);
  });
  return {
    file,
    logFile,
    notes,
    client: client as Promise<WorkerClient>,
    stop: () => abort.abort(),
    noted: (pattern) =>
      until(
        () => notes.find((sentence) => pattern.test(sentence)),
        () => notes.join('; '),
      ),
  };
}

/** A worker process somebody started by hand. */
export interface ForeignWorker {
  readonly pid: number;
  readonly said: () => string;
  /** Its exit status; undefined after a signal. */
  readonly exited: Promise<number | undefined>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** Starts `python -m python_worker --connect FILE`. */
export const startForeign = (file: string, packageDir = resolve('.')): ForeignWorker =>
  startPython(['--connect', file], packageDir);

/** Starts `python -m python_worker --rendezvous DIR`, which starts a worker for each orchestrator it meets there. */
export const startWaiting = (directory: string, ...more: readonly string[]): ForeignWorker =>
  startPython(['--rendezvous', directory, ...more], resolve('.'));

function startPython(words: readonly string[], packageDir: string): ForeignWorker {
  const subprocess = execa(PYTHON, ['-P', '-m', 'python_worker', ...words], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    env: { PYTHONPATH: packageDir },
  });
  let said = '';
  subprocess.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return {
    pid: subprocess.pid ?? 0,
    said: () => said,
    exited: subprocess.then(({ exitCode }) => exitCode),
    kill: (signal) => void subprocess.kill(signal),
  };
}

/** A copy of a connection file with changes, in a private directory of its own. */
export function changedFile(file: string, change: Partial<ConnectionFile>): string {
  const known = JSON.parse(readFileSync(file, 'utf8')) as ConnectionFile;
  return privateFile(JSON.stringify({ ...known, ...change }));
}

/** A file only this user may read, in a directory only this user may enter. */
export function privateFile(content: string): string {
  const directory = join(newDirectory(), 'private');
  mkdirSync(directory, { mode: 0o700 });
  const path = join(directory, 'connection.json');
  writeFileSync(path, content, { mode: 0o600 });
  chmodSync(path, 0o600);
  return path;
}

/** A worker's keys that are on no list. */
export const foreignKeys = (): Pick<ConnectionFile, 'publicKey' | 'secretKey'> => makeKeyPair();

/** Waits until there is a value. @throws Error after `seconds`. */
export async function until<T>(
  find: () => T | undefined | false,
  state: () => string = () => '',
  seconds = 60,
): Promise<T> {
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1000) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    await setTimeout(10);
  }
  throw new Error(`Cannot go on with the test: it waited ${seconds} s in vain (${state()})`);
}
