import { z } from 'zod';
import { commandHere } from '../base/command-here.ts';
import { messageOf } from '../base/errors.ts';
import { invokePython } from '../python-calls/invoke-python.ts';
import type { Finding } from './finding.ts';
import { isAtLeast } from './is-at-least.ts';
import { readPins } from './read-pins.ts';

const LEAST_PYTHON = '3.11';
/** Packages balpm runs without, and what then does not work. */
const OPTIONAL: ReadonlyMap<string, string> = new Map([
  ['matplotlib', 'only balpm report --format pdf needs it'],
  ['pytest', 'only the tests need it'],
]);
const Probe = z.object({
  executable: z.string(),
  python: z.string(),
  packages: z.record(z.string(), z.string().nullable()),
});

/** Interpreter and packages against the pinned requirements, by default those of the worker. */
export async function examinePython(python: string, pins = readPins()): Promise<Finding[]> {
  try {
    const probe = await invokePython(python, { name: 'probe', payload: { packages: [...pins.keys()] }, answer: Probe });
    const packages = [...pins].map(([name, pin]) => examinePackage(name, pin, probe.packages[name] ?? null));
    return [examineInterpreter(probe), ...packages];
  } catch (error) {
    return [{ what: 'python', state: 'missing', found: messageOf(error), advice: commandHere('setup') }];
  }
}

function examineInterpreter({ python, executable }: z.infer<typeof Probe>): Finding {
  const found = `${python}  ${executable}`;
  return isAtLeast(python, LEAST_PYTHON)
    ? { what: 'python', state: 'fine', found, advice: '' }
    : { what: 'python', state: 'missing', found, advice: `Python ${LEAST_PYTHON} or newer is needed` };
}

function examinePackage(what: string, pin: string, found: string | null): Finding {
  if (found === null) return absent(what, pin);
  const matches = found.split('+')[0] === pin;
  return { what, state: matches ? 'fine' : 'warning', found, advice: matches ? '' : `${pin} is pinned` };
}

function absent(what: string, pin: string): Finding {
  const use = OPTIONAL.get(what);
  const advice = `${commandHere('setup')} (${what} ${pin})${use === undefined ? '' : `; ${use}`}`;
  return { what, state: use === undefined ? 'missing' : 'warning', found: 'not installed', advice };
}
