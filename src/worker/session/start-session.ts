import { setTimeout } from 'node:timers/promises';
import { quotePath } from '../../base/files/files.ts';
import { TensorFiles } from '../tensors/tensor-files.ts';
import { defer } from '../wire/deferred.ts';
import { encodeMessage } from '../wire/frames.ts';
import { startCancelled, WorkerFailure } from '../worker-failure.ts';
import { startFailed, workerLost } from './exit.ts';
import type { Exit, Link, LinkSource } from './link.ts';
import { Session } from './session.ts';
import type { SessionContext, SessionSettings } from './session-options.ts';

/**
 * Gets the next worker of a source and waits until it is ready.
 * @throws WorkerFailure START_FAILED (missing Python, wrong torch), HANDSHAKE (another schema), START_TIMEOUT, WORKER_LOST, CANCELLED.
 */
export async function startSession(
  source: LinkSource,
  settings: SessionSettings,
  context: SessionContext,
): Promise<Session> {
  if (context.signal.aborted) throw startCancelled();
  const starting = { settings, signal: context.signal };
  const link = await openLink(source, settings, context);
  const files = new TensorFiles({ session: link.session, ...source.places });
  try {
    const { startTimeoutMs, readyTimeoutMs } = settings;
    const hello = await soon(link.hello, link, {
      ...starting,
      limitMs: startTimeoutMs,
      late: source.late(startTimeoutMs),
    });
    const late = `it did not become ready within ${readyTimeoutMs} ms`;
    await soon(welcome(link, files, settings), link, { ...starting, limitMs: readyTimeoutMs, late });
    return new Session({ link, hello, files, settings, context });
  } catch (error) {
    link.kill();
    await link.exited;
    link.close();
    await files.close().catch(() => undefined); // a worker on another host may hold it still
    throw error;
  }
}

async function openLink(
  source: LinkSource,
  settings: SessionSettings,
  { signal, note }: SessionContext,
): Promise<Link> {
  const opening = new AbortController();
  const opened = source.open({ signal: AbortSignal.any([signal, opening.signal]), note });
  const limitMs = settings.startTimeoutMs;
  return within(opened, { settings, signal, limitMs, late: source.late(limitMs) }).finally(() => opening.abort());
}

/** What ends a wait: a limit, with the words for it, or an abort. */
interface Limit {
  readonly settings: Pick<SessionSettings, 'logFile'>;
  readonly signal: AbortSignal;
  readonly limitMs: number;
  readonly late: string;
}

/** What is awaited, unless the worker's end, the limit or an abort comes first. */
async function soon<T>(awaited: Promise<T>, link: Link, limit: Limit): Promise<T> {
  const lost = link.exited.then((exit) => {
    throw lostAtStart(link, exit, limit.settings.logFile);
  });
  return within(Promise.race([awaited, lost]), limit);
}

async function within<T>(awaited: Promise<T>, { settings, signal, limitMs, late: found }: Limit): Promise<T> {
  const done = new AbortController();
  const late = setTimeout(limitMs, undefined, { signal: AbortSignal.any([done.signal, signal]) }).then(
    () => {
      const message = `Cannot start the worker: ${found}, a faster start or a longer limit is needed; its log is ${quotePath(settings.logFile)}`;
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

function lostAtStart(link: Link, exit: Exit, logFile: string): WorkerFailure {
  const report = { exit, pid: link.pid, lastLines: link.lastLines(), logFile };
  return link.python === null ? workerLost('start the worker', report) : startFailed(link.python, report);
}

/** Resolves when the worker says that it is ready. */
async function welcome(link: Link, { runDir, sharedMemory }: TensorFiles, settings: SessionSettings): Promise<void> {
  const ready = defer<void>();
  const { statusIntervalMs, progressIntervalMs, operations } = settings;
  const header = { statusIntervalMs, progressIntervalMs, runDir, sharedMemory, operations, logLevel: 'info' };
  const greet = (): Promise<void> =>
    link.send(encodeMessage({ type: 'welcome', ...header, ...link.next() }, {}, 'a welcome'));
  link.listen({
    hear: (incoming) => {
      if (incoming.type !== 'read') return;
      const { message } = incoming;
      if (message.type === 'status' && message.phase === 'ready') ready.resolve();
    },
    returned: () => void greet().catch(() => undefined), // its loss is told by `exited`
    gone: () => undefined,
  });
  await Promise.all([greet(), ready.promise]);
}
