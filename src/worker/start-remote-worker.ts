import { setTimeout } from 'node:timers/promises';
import { quotePath } from '../base/files.ts';
import { Calls } from './calls.ts';
import type { WorkerClient, WorkerOptions } from './client.ts';
import { closeWorker } from './close-worker.ts';
import { workerLost } from './death.ts';
import { defer } from './deferred.ts';
import { encodeMessage } from './frames.ts';
import { watchForHang } from './hang-watch.ts';
import type { JoinedWorker } from './joined-worker.ts';
import type { ListenOptions } from './listen-options.ts';
import type { Listening } from './listening.ts';
import { openListening } from './open-listening.ts';
import { type Incoming, textField } from './read-message.ts';
import { startCancelled } from './start-cancelled.ts';
import { WorkerFailure } from './worker-failure.ts';

const READY_TIMEOUT_MS = 30 * 60_000;
const STATUS_INTERVAL_MS = 2000;
const PROGRESS_INTERVAL_MS = 250;
const DRAIN_MS = 5000;
const QUEUED_IN_WORKER = 1;

/**
 * Waits until a worker of another host has joined and is ready; the client's end is also the end of the place to join.
 * @throws WorkerFailure START_TIMEOUT, CANCELLED, WORKER_LOST; BalpmError as `openListening`.
 */
export async function startRemoteWorker(options: WorkerOptions, listen: ListenOptions): Promise<WorkerClient> {
  const listening = await openListening({ ...options, ...listen });
  try {
    const client = await joinWorker(listening, options);
    void client.ended.then(() => listening.close());
    return client;
  } catch (error) {
    listening.close();
    throw error;
  }
}

/** The client of the next worker that joins at a place. @throws WorkerFailure START_TIMEOUT, CANCELLED, WORKER_LOST. */
export async function joinWorker(listening: Listening, options: WorkerOptions): Promise<WorkerClient> {
  const { startTimeoutMs = READY_TIMEOUT_MS, readyTimeoutMs = READY_TIMEOUT_MS } = options;
  const worker = await soon(listening.accept(), startTimeoutMs, options, noneJoined(listening, startTimeoutMs));
  const lost = worker.process.exited.then((exit) => {
    throw workerLost('start the worker', { ...reportOf(worker, options), exit });
  });
  const ready = Promise.race([welcome(worker, listening, options), lost]);
  await soon(ready, readyTimeoutMs, options, `it did not become ready within ${readyTimeoutMs} ms`);
  return clientOf(worker, options);
}

/** What is awaited, unless the time limit or an abort comes first. */
async function soon<T>(awaited: Promise<T>, limitMs: number, { signal, logFile }: WorkerOptions, found: string) {
  const done = new AbortController();
  const either = AbortSignal.any([done.signal, ...(signal ? [signal] : [])]);
  const late = setTimeout(limitMs, undefined, { signal: either }).then(
    () => {
      const message = `Cannot start the worker: ${found}, a faster start or a longer limit is needed; its log is ${quotePath(logFile)}`;
      throw new WorkerFailure('START_TIMEOUT', message);
    },
    () => {
      throw startCancelled();
    },
  );
  try {
    return await Promise.race([awaited, late]);
  } finally {
    late.catch(() => undefined);
    done.abort();
  }
}

const noneJoined = ({ place }: Listening, limitMs: number): string =>
  `none joined at ${place.endpoints.join(', ')} with ${quotePath(place.connectionFile)} within ${limitMs} ms`;

/** Resolves when the worker says that it is ready. */
async function welcome(worker: JoinedWorker, { runDir }: Listening, options: WorkerOptions): Promise<void> {
  const { statusIntervalMs = STATUS_INTERVAL_MS, progressIntervalMs = PROGRESS_INTERVAL_MS } = options;
  const ready = defer<void>();
  const settings = { runDir, sharedMemory: null, operations: [], logLevel: 'info' };
  const header = { type: 'welcome', statusIntervalMs, progressIntervalMs, ...settings };
  const greet = (): Promise<void> => worker.send(encodeMessage({ ...header, ...worker.next() }, {}, 'a welcome'));
  worker.listen(
    (incoming) => isReady(incoming) && ready.resolve(),
    () => void greet().catch(() => undefined), // its loss is told by `exited`
  );
  await Promise.race([Promise.all([greet(), ready.promise]), worker.process.exited]);
}

const isReady = (incoming: Incoming): boolean =>
  incoming.type === 'read' && incoming.message.type === 'status' && incoming.message.phase === 'ready';

function clientOf(worker: JoinedWorker, options: WorkerOptions): WorkerClient {
  const { hello, process, next } = worker;
  const { logFile } = options;
  const credit = hello.capacity + QUEUED_IN_WORKER;
  const calls = new Calls({ send: (frames) => worker.send(frames), next, credit, onStuck: process.kill, logFile });
  const watch = watchForHang(calls, process);
  worker.listen(
    (incoming) => receive(incoming, calls, watch),
    () => calls.sendAgain(),
  );
  const ended = process.exited.then((exit) => {
    watch.stop();
    const report = { ...reportOf(worker, options), exit };
    calls.close((what) => watch.failure(what, logFile) ?? workerLost(what, report));
  });
  return {
    hello,
    logFile,
    ended,
    call: async (operation, params, tensors = {}, callOptions = {}) =>
      (await calls.start({ operation, params, tensors, options: callOptions })) as never, // its data passed operation.data
    close: (drainMs = DRAIN_MS) => closeRemote(worker, ended, drainMs),
  };
}

function receive(incoming: Incoming, calls: Calls, watch: ReturnType<typeof watchForHang>): void {
  if (incoming.type === 'read') {
    watch.heard(incoming.message);
    calls.receive(incoming.message, incoming.tensorFrames);
    return;
  }
  const re = textField(incoming.value, 're');
  if (re !== null) calls.refuse(re, incoming.reason);
}

/** Who cannot be reached cannot be asked to end: it ends by itself. */
async function closeRemote(worker: JoinedWorker, ended: Promise<void>, drainMs: number): Promise<void> {
  const shutdown = async (limitMs: number): Promise<void> => {
    await worker.sendNow({ type: 'shutdown', drainMs: limitMs }).catch(worker.process.kill);
  };
  await closeWorker(worker.process, shutdown, ended, drainMs);
}

const reportOf = ({ process }: JoinedWorker, { logFile }: WorkerOptions) => ({
  pid: process.pid,
  lastLines: process.lastLines(),
  logFile,
});
