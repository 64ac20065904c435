import { join } from 'node:path';
import { execa } from 'execa';
import { ROOT } from '../../test/support/balpm.ts';

/** How a command line must end that is refused. */
export interface Refusal {
  readonly status: number | readonly number[];
  /** What the message must hold. */
  readonly words?: RegExp;
}

/** Longer than any refusal takes, also where many processes run. */
const LIMIT_MS = 120_000;

/** Runs the built command line; what was wrong with its end: it hung, it had a stack, another status or other words. */
export async function refusedBy(args: readonly string[], expected: Refusal, cwd: string): Promise<string | undefined> {
  const { exitCode, stderr, timedOut } = await execa(process.execPath, [join(ROOT, 'dist/main.js'), ...args], {
    reject: false,
    stdin: 'ignore',
    cwd,
    env: { NO_COLOR: '1' },
    timeout: LIMIT_MS,
  });
  if (timedOut) return `it hung: ${args.join(' ')}`;
  return wrongEnd({ status: exitCode ?? -1, text: stderr }, expected);
}

/** What is wrong with an end that should have been a refusal. */
export function wrongEnd(
  { status, text }: { readonly status: number; readonly text: string },
  expected: Refusal,
): string | undefined {
  if (/^ {4}at /m.test(text) || /fault of balpm/.test(text)) return `a stack: ${text.slice(0, 300)}`;
  if (![expected.status].flat().includes(status)) return `status ${status}: ${text.slice(0, 300)}`;
  if (expected.words !== undefined && !expected.words.test(text)) return `other words: ${text.slice(0, 300)}`;
  return undefined;
}
