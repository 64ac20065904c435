import { join } from 'node:path';
import { execa } from 'execa';
import type { z } from 'zod';
import { environmentError, messageOf } from '../base/errors.ts';
import { quotePath } from '../base/files.ts';
import { PACKAGE_ROOT } from '../base/package-info.ts';

/** What of pythonia is used; nothing else of it may leave this file. */
interface Pythonia {
  readonly python: { (path: string): Promise<{ invoke$: Invoke }>; exit: () => void };
  readonly com: { readonly proc: { once: (event: 'exit', listener: (code: number | null) => void) => void } };
}
type Invoke = (name: string, payload: string, options: { readonly $timeout: number }) => Promise<unknown>;

const START_TIMEOUT_MS = 5_000;
const CALL_TIMEOUT_MS = 20_000;

/**
 * Calls one short Python function through pythonia and ends that Python again: JSON in, JSON out, both checked.
 * For probing and plotting, never for work per item. The only file that imports pythonia.
 * @throws BalpmError (environment) when the interpreter is missing, dies, is late, or answers something else.
 */
export async function invokePython<Schema extends z.ZodType>(
  interpreter: string,
  call: { readonly name: string; readonly payload: object; readonly answer: Schema },
): Promise<z.output<Schema>> {
  const executable = await resolveExecutable(interpreter);
  process.env['PYTHON_BIN'] = executable;
  const { python, com } = ((await import('pythonia')) as unknown as { default: Pythonia }).default;
  try {
    const died = new Promise<never>((_resolve, reject) =>
      com.proc.once('exit', (code) => reject(new Error(`it ended with status ${code}`))),
    );
    died.catch(() => undefined); // whoever awaits the race below sees it
    const text = await Promise.race([ask(python, call), died]);
    return call.answer.parse(JSON.parse(String(text)));
  } catch (error) {
    throw environmentError(
      `Cannot call '${call.name}' in Python ${quotePath(executable)}: ${describe(error)}, a working Python is needed`,
    );
  } finally {
    python.exit();
  }
}

async function ask(
  python: Pythonia['python'],
  call: { readonly name: string; readonly payload: object },
): Promise<unknown> {
  const module = await python(join(PACKAGE_ROOT, 'python_worker', 'fence.py'));
  return module.invoke$(call.name, JSON.stringify(call.payload), { $timeout: CALL_TIMEOUT_MS });
}

/** Asks the interpreter for its own path first: a missing one would end this process inside pythonia. */
async function resolveExecutable(interpreter: string): Promise<string> {
  try {
    const { stdout } = await execa(interpreter, ['-c', 'import sys; print(sys.executable)'], {
      timeout: START_TIMEOUT_MS,
    });
    return stdout.trim();
  } catch (error) {
    throw environmentError(
      `Cannot start Python ${quotePath(interpreter)}: ${messageOf(error).split('\n')[0]}, a Python 3.11 is needed (npm run setup, or BALPM_PYTHON)`,
    );
  }
}

/** pythonia's own errors have an empty message; their text is the end of the stack. */
function describe(error: unknown): string {
  const text = messageOf(error) || (error instanceof Error ? (error.stack ?? '') : '');
  return text.trim().split('\n').at(-1)?.trim() || 'no reason was given';
}
