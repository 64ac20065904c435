import { PACKAGE_ROOT } from '../base/package-info.ts';
import { startWorker, type WorkerClient, type WorkerOptions } from '../worker/client.ts';
import { resolvePython } from '../worker/links/local/interpreter.ts';
import { parseListenAddress } from '../worker/links/remote/listen-address.ts';
import type { ListeningPlace } from '../worker/links/remote/listen-options.ts';
import type { WorkbenchOptions } from './workbench-options.ts';

/** What a workbench hears of its worker, and tells workers that wait. */
export interface Ears {
  readonly onNote: (sentence: string) => void;
  readonly isOver: () => boolean;
}

/** Starts the worker of a workbench, or waits for one to join. @throws WorkerFailure */
export async function launchWorker(options: WorkbenchOptions, ears: Ears): Promise<WorkerClient> {
  const { onNote } = ears;
  const { worker, workerLog, calls, work, signal } = options;
  const timeoutMs = worker.startTimeoutSeconds * 1000;
  const shared = {
    packageDir: PACKAGE_ROOT,
    device: worker.device,
    threads: worker.threads,
    logFile: workerLog,
    journalFile: calls,
    readyTimeoutMs: timeoutMs,
    signal,
    onNote,
  };
  const client = await (worker.listen === null
    ? startWorker({ ...shared, python: resolvePython(worker.python), runDir: work })
    : startWorker({ ...shared, ...joiningOptions(options, ears), startTimeoutMs: timeoutMs }));
  for (const { op, trace } of client.interrupted) {
    const where = trace === null || trace.round === null ? '' : ` of round ${trace.round}`;
    onNote(`The session before ended while '${op}'${where} was under way; it is asked again`);
  }
  return client;
}

/** Workers that meet in a directory are lost for reasons of their own (preemption), so none but those that never got ready count. */
function joiningOptions(
  { worker, connectionFile }: WorkbenchOptions,
  { onNote, isOver }: Ears,
): Pick<WorkerOptions, 'listen' | 'healthyMs'> {
  const listen = {
    ...parseListenAddress(worker.listen ?? ''),
    isOver,
    onListening: (place: ListeningPlace) => {
      onNote(`waiting for a worker at ${place.endpoints.join(', ')}; on its host: ${startCommand(place)}`);
    },
    onNote,
  };
  if (worker.rendezvous === null)
    return { listen: { ...listen, connectionFile: worker.connectionFile ?? connectionFile } };
  return { listen: { ...listen, rendezvous: worker.rendezvous }, healthyMs: 0 };
}

const startCommand = ({ connectionFile, rendezvous }: ListeningPlace): string =>
  `balpm worker start ${rendezvous === null ? `--connect ${connectionFile}` : `--rendezvous ${rendezvous}`}`;
