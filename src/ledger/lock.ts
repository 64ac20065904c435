import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { BalpmError, messageOf, systemCodeOf } from '../base/errors.ts';
import { quotePath } from '../base/files.ts';

const LockContent = z.object({ pid: z.int(), host: z.string(), started: z.string() });

/** Takes the lock file of a run; a lock whose process is gone from this host is taken over. Returns the release. */
export function takeLock(path: string): () => void {
  const content = JSON.stringify({ pid: process.pid, host: hostname(), started: processStart(process.pid) });
  if (!tryCreate(path, content)) {
    const holder = readHolder(path);
    if (holder && isAlive(holder)) {
      throw new BalpmError(
        'usage',
        `Cannot open run ${quotePath(path)}: process ${holder.pid} on ${holder.host} holds it, a run that no process works on is needed`,
      );
    }
    rmSync(path, { force: true });
    if (!tryCreate(path, content))
      throw new BalpmError(
        'usage',
        `Cannot open run ${quotePath(path)}: another process took it just now, a run that no process works on is needed`,
      );
  }
  return () => rmSync(path, { force: true });
}

function tryCreate(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw new BalpmError(
      'environment',
      `Cannot lock ${quotePath(path)}: ${messageOf(error)}, a writable place is needed`,
      { cause: error },
    );
  }
}

function readHolder(path: string): z.infer<typeof LockContent> | undefined {
  try {
    return LockContent.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** A holder on another host counts as alive: only its own host can tell. */
function isAlive(holder: z.infer<typeof LockContent>): boolean {
  if (holder.host !== hostname()) return true;
  if (holder.pid === process.pid) return true;
  return holder.started !== '' && processStart(holder.pid) === holder.started;
}

/** When a process of this host started (kernel clock ticks), so that a reused pid is not taken for its holder; '' when gone. */
function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return isSignalable(pid) ? 'unknown' : '';
  }
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
}
