import { defer } from '../../base/deferred.ts';
import { quotePath } from '../../base/files/files.ts';
import { unless } from '../../base/unless.ts';
import { TensorFiles } from '../tensors/tensor-files.ts';
import { encodeMessage } from '../wire/frames.ts';
import { startCancelled, WorkerFailure } from '../worker-failure.ts';
import { startFailed, workerLost } from './exit.ts';
import type { Link, LinkSource } from './link.ts';
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
  const { startTimeoutMs, readyTimeoutMs, logFile } = settings;
  const within = <T>(limitMs: number, awaited: Promise<T>, found: string): Promise<T> =>
    unless(
      awaited,
      { afterMs: limitMs, failure: () => tooLate(found, limitMs, logFile) },
      { signal: context.signal, failure: startCancelled },
    );
  const opening = new AbortController();
  const opened = source.open({ signal: AbortSignal.any([context.signal, opening.signal]), note: context.note });
  const link = await within(startTimeoutMs, opened, source.late).finally(() => opening.abort());
  const files = new TensorFiles({ ...source.places, session: link.session });
  const lost = link.exited.then((exit) => {
    const report = { exit, pid: link.pid, lastLines: link.lastLines(), logFile };
    throw link.python === null ? workerLost('start the worker', report) : startFailed(link.python, report);
  });
  try {
    const hello = await within(startTimeoutMs, Promise.race([link.hello, lost]), source.late);
    await within(readyTimeoutMs, Promise.race([welcome(link, files, settings), lost]), 'it did not become ready');
    return new Session({ link, hello, files, settings, context });
  } catch (error) {
    link.kill();
    await lost.catch(() => undefined);
    link.close();
    await files.close().catch(() => undefined); // a worker on another host may hold it still
    throw error;
  }
}

const tooLate = (found: string, limitMs: number, logFile: string): WorkerFailure =>
  new WorkerFailure(
    'START_TIMEOUT',
    `Cannot start the worker: ${found} within ${limitMs} ms, a faster start or a longer limit is needed; its log is ${quotePath(logFile)}`,
  );

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
