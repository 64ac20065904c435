import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, systemCodeOf } from '../base/errors.ts';
import { openDrain } from '../worker/links/local/drain.ts';

/** A program and its inputs. */
export interface ProgramOptions {
  /** The program and its arguments, started without a shell. */
  readonly command: readonly string[];
  /** The whole of its stdin. */
  readonly input: string;
  /** Called with every line of its stdout; an exception ends the program. */
  readonly onLine: (line: string) => void;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Its stderr is appended here. */
  readonly logFile: string;
}

/** How a program ended, and the last lines of its stderr. */
export interface ProgramEnd {
  readonly reason:
    | { readonly type: 'exit'; readonly status: number | null; readonly signal: string | null }
    | { readonly type: 'unstartable'; readonly words: string }
    | { readonly type: 'refused'; readonly error: unknown }
    | { readonly type: 'timeout' }
    | { readonly type: 'stopped' };
  readonly lastLines: readonly string[];
}

type Reason = ProgramEnd['reason'];

const TERMINATE_MS = 5000;
const DRAIN_MS = 2000;
const LONGEST_LINE = 1 << 20;

/** Runs a program in a new process group to its end; afterwards no process of the group is left. */
export async function runProgram(options: ProgramOptions): Promise<ProgramEnd> {
  if (options.signal.aborted) return { reason: { type: 'stopped' }, lastLines: [] };
  const [file = '', ...args] = options.command;
  const drain = openDrain(options.logFile);
  const child = spawn(file, args, { stdio: 'pipe', detached: true });
  const lastLines = drain(child.stderr);
  const done = new AbortController();
  const ending = endEarly(child, done.signal);
  const exit = new Promise<Reason>((resolve) => {
    child.once('error', (error) => resolve({ type: 'unstartable', words: wordsOf(error) }));
    child.once('exit', (status, signal) => resolve({ type: 'exit', status, signal }));
  });
  const read = readLines(child.stdout, options.onLine, (error) => ending.end({ type: 'refused', error }));
  const stop = (): void => ending.end({ type: 'stopped' });
  options.signal.addEventListener('abort', stop, { once: true, signal: done.signal });
  const timer = setTimeout(() => ending.end({ type: 'timeout' }), options.timeoutMs);
  child.stdin.on('error', () => undefined); // a program may end without reading all of it
  child.stdin.end(options.input);
  const reason = await exit;
  signalGroup(child, 'SIGKILL');
  await Promise.race([read, delay(DRAIN_MS, undefined, { signal: done.signal }).catch(() => undefined)]);
  clearTimeout(timer);
  done.abort();
  child.stdout.destroy();
  child.stderr.destroy();
  return { reason: reason.type === 'unstartable' ? reason : (ending.reason() ?? reason), lastLines: lastLines() };
}

/** Ends the program for the first reason that occurs: SIGTERM to the group, then SIGKILL if it does not end. */
function endEarly(child: ChildProcess, done: AbortSignal) {
  let first: Reason | undefined;
  return {
    reason: () => first,
    end: (reason: Reason): void => {
      if (first !== undefined) return;
      first = reason;
      signalGroup(child, 'SIGTERM');
      delay(TERMINATE_MS, undefined, { signal: done }).then(
        () => signalGroup(child, 'SIGKILL'),
        () => undefined,
      );
    },
  };
}

/** Resolves at the stream's end. After a line is rejected, no further line is passed on. */
async function readLines(
  stream: Readable,
  onLine: (line: string) => void,
  refuse: (error: unknown) => void,
): Promise<void> {
  let open = '';
  let isRefused = false;
  const take = (line: string): void => {
    if (isRefused || line.trim() === '') return;
    try {
      onLine(line.trim());
    } catch (error) {
      isRefused = true;
      refuse(error);
    }
  };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = (open + chunk).split('\n');
    open = parts.pop() ?? '';
    parts.forEach(take);
    if (open.length > LONGEST_LINE) {
      take(open.slice(0, LONGEST_LINE)); // cut in the middle, so not JSON
      open = '';
    }
  });
  await once(stream, 'close');
  take(open);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // No process of the group is left.
  }
}

function wordsOf(error: unknown): string {
  const code = systemCodeOf(error);
  if (code === 'ENOENT') return 'the program does not exist';
  return code === 'EACCES' ? 'it is not executable' : messageOf(error);
}
