import { type Retry, WorkerFailure } from '../worker-failure.ts';
import type { Exit } from './link.ts';

export interface DeathReport {
  readonly exit: Exit;
  readonly pid: number | undefined;
  readonly lastLines: readonly string[];
  readonly logFile: string;
}

/** Exit status of a worker that refused its orchestrator, or was refused. */
const REFUSED = 78;

/** The failure of everything that waited for a worker which ended. */
export function workerLost(what: string, report: DeathReport, retry: Retry = 'never'): WorkerFailure {
  const { exit, pid, logFile } = report;
  const message = `Cannot ${what}: the worker (pid ${pid}) ${endOf(exit)}, a running worker is needed`;
  const code = exit.preempted === true ? 'PREEMPTED' : 'WORKER_LOST';
  const kind = exit.preempted === true && retry === 'counted' ? 'free' : retry;
  return new WorkerFailure(code, `${message}; its log is '${logFile}'`, detailsOf(report), { retry: kind });
}

/** The failure of a worker that ended before it was ready. */
export function startFailed(python: string, report: DeathReport): WorkerFailure {
  const { exit, lastLines, logFile } = report;
  if (exit.reason !== null) {
    const message = `Cannot start the worker with Python '${python}': ${exit.reason}, a Python 3.11 interpreter is needed`;
    return new WorkerFailure('START_FAILED', message, detailsOf(report));
  }
  const last = lastLines.findLast((line) => line.trim() !== '');
  const words = last === undefined ? '' : ` and said "${last.trim()}"`;
  const needed =
    exit.code === REFUSED ? 'a worker nobody refuses' : 'a Python with the packages of python_worker/requirements.txt';
  const message = `Cannot start the worker with Python '${python}': it ${endOf(exit)}${words}, ${needed} is needed`;
  // A signal comes from outside: the next start may well succeed.
  const retry = exit.signal === null ? 'never' : 'counted';
  return new WorkerFailure('START_FAILED', `${message}; its log is '${logFile}'`, detailsOf(report), { retry });
}

function endOf({ code, signal, reason, memoryKills = 0 }: Exit): string {
  if (reason !== null) return reason;
  const memory = memoryKills > 0 ? " (the system's memory ran out)" : '';
  return signal === null ? `ended with status ${code}` : `was killed by ${signal}${memory}`;
}

function detailsOf({ exit, lastLines, logFile }: DeathReport): Record<string, string> {
  return {
    ...(exit.code === null ? {} : { exitCode: String(exit.code) }),
    ...(exit.signal === null ? {} : { signal: exit.signal }),
    ...((exit.memoryKills ?? 0) > 0 ? { oomKill: String(exit.memoryKills) } : {}),
    stderr: lastLines.join('\n'),
    logFile,
  };
}
