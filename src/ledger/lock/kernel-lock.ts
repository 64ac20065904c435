import { type SpawnSyncReturns, spawnSync } from 'node:child_process';

/** Acquired, held by another process, or unavailable: the file system or this host cannot lock. */
export type KernelLock = 'taken' | 'held' | 'unavailable';

const HELD = 11;
const BY_PYTHON = `import fcntl, sys
try:
    fcntl.flock(3, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    sys.exit(${HELD})
except OSError:
    sys.exit(1)
`;

/**
 * Locks an open file (flock) until the descriptor is closed or this process ends in any way. Node has no such call, but
 * the lock belongs to the open file, which a child shares: `flock` of util-linux acquires it, or else Python.
 */
export function tryKernelLock(descriptor: number, python: string | undefined): KernelLock {
  const byProgram = callWith(descriptor, 'flock', ['-n', '3']);
  if (byProgram.status === 0) return 'taken';
  // Some builds of flock exit with 1 for every failure, but print a message unless the lock is merely held.
  if (byProgram.status === 1 && byProgram.stderr === '') return 'held';
  if (byProgram.error === undefined || python === undefined) return 'unavailable';
  const { status } = callWith(descriptor, python, ['-I', '-S', '-c', BY_PYTHON]);
  return status === 0 ? 'taken' : status === HELD ? 'held' : 'unavailable';
}

const callWith = (descriptor: number, program: string, args: readonly string[]): SpawnSyncReturns<string> =>
  spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe', descriptor], encoding: 'utf8' });
