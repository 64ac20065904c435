import { execa } from 'execa';
import { environmentError, usageError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { isAtLeast } from '../doctor/is-at-least.ts';

const LEAST_PYTHON = '3.11';
/** Those with a number first: they are what they say. */
const NAMES = ['python3.11', 'python3', 'python', 'python3.12', 'python3.13'];
const PROBE = `import importlib.util, platform, sys
print(platform.python_version(), sys.executable, importlib.util.find_spec("ensurepip") is not None, sep="\\n")`;
const LIMIT_MS = 20_000;

/** An interpreter that environments can be made with. */
export interface BasePython {
  readonly version: string;
  readonly executable: string;
  /** Debian leaves it out of python3; `python -m venv` does not work without. */
  readonly hasEnsurepip: boolean;
}

/**
 * The given interpreter, or the first suitable one on PATH.
 * @throws BalpmError (usage) when the given one is no Python or too old, (environment) when there is none on PATH.
 */
export async function findBasePython(given?: string): Promise<BasePython> {
  if (given !== undefined) return examineGiven(given);
  for (const name of NAMES) {
    const found = await probe(name);
    if (found !== undefined && isAtLeast(found.version, LEAST_PYTHON)) return found;
  }
  throw environmentError(
    `Cannot find Python ${LEAST_PYTHON} or newer: PATH has none as ${NAMES.join(', ')}; install one, or name it with --python`,
  );
}

async function examineGiven(given: string): Promise<BasePython> {
  const found = await probe(given);
  if (found === undefined)
    throw usageError(
      `Cannot use Python ${quotePath(given)}: it did not answer as a Python does; name the interpreter of a Python ${LEAST_PYTHON} or newer`,
    );
  if (isAtLeast(found.version, LEAST_PYTHON)) return found;
  throw usageError(
    `Cannot use Python ${quotePath(given)}: it is ${found.version}; name the interpreter of a Python ${LEAST_PYTHON} or newer`,
  );
}

async function probe(name: string): Promise<BasePython | undefined> {
  const { failed, stdout } = await execa(name, ['-c', PROBE], {
    reject: false,
    stdin: 'ignore',
    stderr: 'ignore',
    timeout: LIMIT_MS,
  });
  const [version = '', executable = '', ensurepip] = stdout?.split('\n') ?? [];
  if (failed || executable === '' || !/^\d+\.\d+/.test(version)) return undefined;
  return { version, executable, hasEnsurepip: ensurepip === 'True' };
}
