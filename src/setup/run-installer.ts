import { statfsSync } from 'node:fs';
import { execa } from 'execa';
import { BalpmError, environmentError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import type { CommandLine } from './choose-installer.ts';

/** A program of the set-up: where it works, and who hears its lines. */
export interface InstallerRun {
  /** Of the environment. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** Lines of a program's output that are kept to explain a failure. */
const KEPT_LINES = 200;
const STOP_WAIT_MS = 5000;

const NO_SPACE = /No space left|Errno 28|os error 28|Disk quota exceeded/i;
const NO_NETWORK =
  /NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|Max retries|ProxyError|SSLError|name resolution|error sending request|dns error|Connection (?:refused|reset)/i;

/**
 * Runs a program of the set-up to its end, its output line by line to `onLine`.
 * @throws BalpmError (environment) with its last words when it fails, (stopped) when `signal` ends it.
 */
export async function runInstaller([program, ...args]: CommandLine, run: InstallerRun): Promise<void> {
  const running = execa(program, args, {
    reject: false,
    all: true,
    buffer: false,
    stdin: 'ignore',
    cancelSignal: run.signal,
    forceKillAfterDelay: STOP_WAIT_MS,
    env: { PIP_USER: '0', NO_COLOR: '1' },
  });
  const lines: string[] = [];
  for await (const line of running.iterable({ from: 'all' })) {
    if (line.trim() === '') continue;
    lines.push(line.trim());
    if (lines.length > KEPT_LINES) lines.shift();
    run.onLine(line.trim());
  }
  const { failed, isCanceled, shortMessage } = await running;
  const act = `set up ${quotePath(run.directory)}`;
  if (isCanceled || (failed && run.signal.aborted))
    throw new BalpmError('stopped', `Cannot ${act}: it was stopped; run the same command again to start over`);
  if (!failed) return;
  const isFull = lines.some((line) => NO_SPACE.test(line)) || freeBytes(run.directory) < FULL_BYTES;
  if (isFull) throw environmentError(`Cannot ${act}: no space is left on its disk; ${ADVICE_ON_SPACE}`);
  throw environmentError(`Cannot ${act}: ${lastWords(lines) ?? shortMessage}; ${adviceOn(lines)}`);
}

const ADVICE_ON_SPACE =
  'free 2 GB for CPU or 8 GB for CUDA, or name another disk with --venv, then run the same command again';

/** Less than any step needs: not every program says why it failed. */
const FULL_BYTES = 16 * 2 ** 20;

const freeBytes = (directory: string): number => {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
};

/** The line that names the cause: the last error, else the last line. */
const lastWords = (lines: readonly string[]): string | undefined =>
  (lines.findLast((line) => /^error\b/i.test(line)) ?? lines.at(-1))?.replace(/^error:\s*/i, '');

function adviceOn(lines: readonly string[]): string {
  if (lines.some((line) => NO_NETWORK.test(line)))
    return 'check the network, or the package index that pip is configured with, then run the same command again';
  return 'fix that, then run the same command again';
}
