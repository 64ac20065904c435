import { messageOf } from '../../../src/base/errors.ts';
import type { CommandIo } from '../../../src/cli/command.ts';
import { runCommandLine } from '../../../src/cli/run-command-line.ts';
import { describeFailure } from '../../../src/cli/terminal/describe-failure.ts';
import { SILENT_IO } from '../silent-io.ts';

/** How a command line ended in this process. */
export interface Tried {
  readonly status: number;
  /** What a person reads of a failure. */
  readonly text: string;
}

const LONGEST_MS = 30_000;

/** Runs a command line in this process; a command that waits is stopped after a moment. */
export async function tryLine(argv: readonly string[]): Promise<Tried> {
  const said: string[] = [];
  const done = new AbortController();
  const io: CommandIo = {
    ...SILENT_IO,
    printDocument: (document) => void JSON.stringify(document),
    signal: AbortSignal.any([done.signal, AbortSignal.timeout(3000)]),
  };
  try {
    const output = { writeOut: () => undefined, writeErr: (text: string) => void said.push(text) };
    await Promise.race([runCommandLine(argv, io, output), endless(done.signal)]);
    return { status: 0, text: '' };
  } catch (error) {
    const { status, text } = describeFailure(error);
    return { status, text: said.join('') + text };
  } finally {
    done.abort();
  }
}

function endless(done: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`it hung for ${LONGEST_MS} ms`)), LONGEST_MS);
    done.addEventListener('abort', () => clearTimeout(timer));
  });
}

/** What is wrong with an end of a command line whose input may be anything: a fault of ours, a stack, no word at all. */
export function faultOf({ status, text }: Tried): string | undefined {
  if (status === 1) return `status 1: ${text}`;
  if (/^ {4}at /m.test(text)) return `a stack: ${text}`;
  if (status === 0) return undefined;
  return /^error: /m.test(text) || text.includes('Usage:')
    ? undefined
    : `no word of what is wrong, status ${status}: ${text}`;
}

/** What is wrong with anything that a reader threw: it must be an error a person can act on. */
export const faultOfThrown = (error: unknown): string | undefined => {
  const { status, text } = describeFailure(error);
  return status === 1 ? `${messageOf(error)}\n${text}` : undefined;
};
