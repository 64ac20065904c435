import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { messageOf } from '../../../base/errors.ts';
import type { Exit, Link } from '../../session/link.ts';
import { openDrain } from './drain.ts';
import { untilRead } from './until-read.ts';
import { workerEnvironment } from './worker-environment.ts';

export interface ProcessOptions {
  /** Interpreter: a path or a name on PATH. */
  readonly python: string;
  /** Directory that holds the package `python_worker`. */
  readonly packageDir: string;
  readonly device: string;
  readonly threads: number;
  /** Everything the worker writes to stderr is appended here. */
  readonly logFile: string;
  /** First line of its stdin; secrets belong here, never in argv. */
  readonly bootLine: string;
}

/** A worker's process; it leads a process group of its own. */
export type WorkerProcess = Pick<Link, 'pid' | 'exited' | 'lastLines' | 'dumpStacks' | 'hangUp' | 'kill'>;

/** Starts `python -m python_worker`; it ends when this process does, because its stdin closes then. */
export function spawnWorker(options: ProcessOptions): WorkerProcess {
  const drain = openDrain(options.logFile);
  const memoryKills = countMemoryKills();
  const subprocess = execa(options.python, argumentsOf(options), {
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'pipe',
    detached: true,
    buffer: false,
    reject: false,
    extendEnv: false,
    env: workerEnvironment(options, process.env),
  });
  const lastLines = drain(subprocess.stderr);
  subprocess.stdin.on('error', () => undefined); // a worker that died before reading is reported by its exit
  subprocess.stdin.write(`${options.bootLine}\n`);
  const kill = (): void => signalGroup(subprocess.pid, 'SIGKILL');
  const ended = new Promise<Exit>((resolve) => {
    const end = (code: number | null, signal: string | null, reason: string | null): void =>
      resolve({ code, signal, reason, memoryKills: countMemoryKills() - memoryKills });
    subprocess.once('error', (error) => end(null, null, messageOf(error)));
    subprocess.once('exit', (code, signal) => end(code, signal, null));
    // What is refused before there is a process, such as a program without a name, has no event.
    void subprocess.then(({ cause }) => (subprocess.pid === undefined ? end(null, null, messageOf(cause)) : undefined));
  });
  const exited = ended.then(async (exit) => {
    kill(); // what it started may hold its stderr
    await untilRead(subprocess.stderr);
    return exit;
  });
  return {
    pid: subprocess.pid,
    exited,
    lastLines,
    kill,
    dumpStacks: () => void subprocess.kill('SIGUSR1'),
    hangUp: () => void subprocess.stdin.end(),
  };
}

function argumentsOf({ device, threads }: ProcessOptions): string[] {
  // -P: a folder of that name in the current directory must not come before the package.
  return ['-P', '-m', 'python_worker', '--device', device, '--threads', String(threads)];
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

/** How often the system has ended a process of this control group for lack of memory; 0 where it does not say. */
function countMemoryKills(): number {
  try {
    const group = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '';
    const events = readFileSync(`/sys/fs/cgroup${group}/memory.events`, 'utf8');
    return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
