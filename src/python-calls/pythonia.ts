import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';

/** What of pythonia is used, named as there; nothing else of it may leave this folder. */
interface Pythonia {
  readonly com: { proc: ChildProcess | null; start: () => void; end: () => void };
  readonly builtins: {
    readonly fileImport$: (name: string, path: string, folder: string, options: Unlimited) => Promise<PythonFence>;
  };
}

/** The Python module behind the fence. A name that ends in `$` takes options as its last argument. */
export interface PythonFence {
  readonly invoke$: (name: string, payload: string, options: Unlimited) => Promise<unknown>;
}

/** pythonia's own timer cannot be stopped and would keep this process alive after Python died: callers keep time. */
interface Unlimited {
  readonly $timeout: number;
}
export const UNLIMITED = (): Unlimited => ({ $timeout: Number.POSITIVE_INFINITY }); // pythonia deletes the field

let loaded: Pythonia | undefined;

/** Whether this process has a Python now: pythonia holds one at a time. */
export const isPythonRunning = (): boolean => loaded?.com.proc != null;

/**
 * Starts an interpreter through pythonia, which starts the first one while it is loaded and reads its path from the
 * environment. The only function that loads pythonia: at once, so that no other code runs under that environment.
 */
export function startPython(executable: string): { readonly pythonia: Pythonia; readonly child: ChildProcess } {
  const pythonia = withEnvironment({ PYTHON_BIN: executable, PYTHONUTF8: '1', DEBUG: undefined }, () => {
    if (loaded === undefined) loaded = load();
    else loaded.com.start();
    return loaded;
  });
  return { pythonia, child: pythonia.com.proc as ChildProcess };
}

/** Its timer that frees Python objects is ended: none is ever held, and it would keep this process alive. */
function load(): Pythonia {
  const pythonia = createRequire(import.meta.url)('pythonia') as Pythonia;
  (globalThis as unknown as Record<string, { readonly end: () => void }>)['__pythonBridge']?.end();
  return pythonia;
}

/** DEBUG is among them: with it pythonia prints all it sends to stdout. */
function withEnvironment<T>(changes: Readonly<Record<string, string | undefined>>, run: () => T): T {
  const before = { ...process.env };
  change(changes);
  try {
    return run();
  } finally {
    change(Object.fromEntries(Object.keys(changes).map((name) => [name, before[name]])));
  }
}

function change(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
