import { setTimeout } from 'node:timers/promises';
import { quotePath } from '../../base/files/files.ts';
import type { Listening } from '../links/remote/listening.ts';
import type { JoinedWorker } from '../links/remote/remote-link.ts';
import { TensorFiles } from '../tensors/tensor-files.ts';
import type { Connection } from '../wire/connection.ts';
import { defer } from '../wire/deferred.ts';
import { encodeMessage } from '../wire/frames.ts';
import { type Incoming, textField } from '../wire/read-message.ts';
import { startCancelled, WorkerFailure } from '../worker-failure.ts';
import { workerLost } from './exit.ts';
import { Session } from './session.ts';
import { SESSION_DEFAULTS, type SessionContext, type SessionOptions, type SessionSettings } from './session-options.ts';

const JOIN_TIMEOUT_MS = 30 * 60_000;

/** The session of the next worker that joins at a place. @throws WorkerFailure START_TIMEOUT, CANCELLED, WORKER_LOST. */
export async function joinSession(
  listening: Listening,
  options: SessionOptions,
  context: SessionContext,
): Promise<Session> {
  const settings = { ...SESSION_DEFAULTS, startTimeoutMs: JOIN_TIMEOUT_MS, ...options };
  const { startTimeoutMs } = settings;
  const waiting = { signal: context.signal, logFile: settings.logFile };
  const given = new AbortController();
  const accepted = listening.accept(AbortSignal.any([context.signal, given.signal]));
  const worker = await soon(accepted, startTimeoutMs, noneJoined(listening, startTimeoutMs), waiting).finally(() =>
    given.abort(),
  );
  const files = new TensorFiles({ session: worker.session, sharedMemory: null, runDir: listening.runDir });
  try {
    await untilReady(worker, files, settings, waiting);
  } catch (error) {
    worker.process.kill();
    await files.close().catch(() => undefined); // the worker may hold it still
    throw error;
  }
  const session = new Session({
    id: worker.session,
    hello: worker.hello,
    connection: connectionOf(worker),
    process: worker.process,
    next: worker.next,
    files,
    settings,
    context,
  });
  worker.listen(
    (incoming) => receive(incoming, session),
    () => session.resendAll(),
  );
  return session;
}

async function untilReady(
  worker: JoinedWorker,
  files: TensorFiles,
  settings: SessionSettings,
  waiting: { readonly signal: AbortSignal; readonly logFile: string },
): Promise<void> {
  const { readyTimeoutMs, logFile } = settings;
  const lost = worker.process.exited.then((exit) => {
    const { pid, lastLines } = worker.process;
    throw workerLost('start the worker', { exit, pid, lastLines: lastLines(), logFile });
  });
  const ready = Promise.race([welcome(worker, files, settings), lost]);
  await soon(ready, readyTimeoutMs, `it did not become ready within ${readyTimeoutMs} ms`, waiting);
}

/** What is awaited, unless the time limit or an abort comes first. */
async function soon<T>(
  awaited: Promise<T>,
  limitMs: number,
  found: string,
  { signal, logFile }: { readonly signal: AbortSignal; readonly logFile: string },
): Promise<T> {
  const done = new AbortController();
  const either = AbortSignal.any([done.signal, signal]);
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
  `none joined at ${place.endpoints.join(', ')} with ${quotePath(place.connectionFile ?? place.rendezvous ?? '')} within ${limitMs} ms`;

/** Resolves when the worker says that it is ready. */
async function welcome(
  worker: JoinedWorker,
  { runDir }: TensorFiles,
  { statusIntervalMs, progressIntervalMs, operations }: SessionSettings,
): Promise<void> {
  const ready = defer<void>();
  const settings = { runDir, sharedMemory: null, operations, logLevel: 'info' };
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

/** The place to join stays when one worker has left. A shutdown that cannot be sent gives the worker up: it ends by itself. */
const connectionOf = (worker: JoinedWorker): Pick<Connection, 'send' | 'offer' | 'close'> => ({
  send: (_identity, frames) => worker.send(frames),
  offer: (_identity, frames) => worker.offer(frames).catch(worker.process.kill),
  close: () => undefined,
});

function receive(incoming: Incoming, session: Session): void {
  if (incoming.type === 'read') {
    session.receive(incoming.message, incoming.tensorFrames);
    return;
  }
  const re = textField(incoming.value, 're');
  if (re !== null) session.refuse(re, incoming.reason);
}
