import { setTimeout as sleep } from 'node:timers/promises';
import { isAliveInQueue, type QueuedJob, readQueue } from '../site/queue.ts';
import type { UnitLog } from './unit-log.ts';

/** Time between two reads of the file. */
const LOOK_MS = 500;
/** Time between two queries of the queue, which shows whether an attempt was killed. */
const ASK_MS = 30_000;
/** Number of reads after the attempt's end in which the file must not have grown. */
const LAST_LOOKS = 3;

interface Follow {
  readonly jobName: string;
  readonly print: (lines: readonly string[]) => void;
  readonly signal: AbortSignal;
}

/** Prints an attempt's part of a log as it grows, until the attempt has ended or `signal` aborts. */
export async function followLog(log: UnitLog, { jobName, print, signal }: Follow): Promise<void> {
  let shown = 0;
  let asked = performance.now();
  let quiet = 0;
  let isGone = false;
  while (!signal.aborted && quiet < LAST_LOOKS) {
    const isEnded = isGone || log.attempt().ended !== null;
    const part = log.read(isEnded);
    const fresh = part?.lines.slice(shown) ?? [];
    print(fresh);
    shown += fresh.length;
    quiet = (isEnded || part?.isClosed) && fresh.length === 0 ? quiet + 1 : 0;
    if (!isEnded && performance.now() - asked >= ASK_MS) {
      isGone = await isOver(log, jobName, signal);
      asked = performance.now();
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** If the queue is unavailable, the attempt counts as running. */
async function isOver(log: UnitLog, jobName: string, signal: AbortSignal): Promise<boolean> {
  const { job } = log.attempt();
  const queue = await readQueue(jobName, signal).catch(() => null);
  return queue !== null && !queue.some((queued) => nameOf(queued) === job && isAliveInQueue(queued));
}

const nameOf = ({ job, index }: QueuedJob): string => (index === null ? job : `${job}_${index}`);
