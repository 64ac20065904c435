import { WorkerFailure } from '../worker/worker-failure.ts';

const MOST_CHARACTERS = 64 * 2 ** 20;

/**
 * The arguments of a call as JSON text.
 * @throws WorkerFailure INVALID_ARGUMENT naming the field that JSON has no way to say or Python would get changed: NaN,
 * infinities, integers beyond ±(2^53 − 1), bigint, typed arrays, class instances; TOO_LARGE beyond 64 Mi characters.
 */
export function encodePayload(name: string, payload: object): string {
  const problem = problemOf(payload, 'payload');
  if (problem !== undefined) throw new WorkerFailure('INVALID_ARGUMENT', `Cannot call '${name}': ${problem}`);
  const text = JSON.stringify(payload);
  if (text.length <= MOST_CHARACTERS) return text;
  throw new WorkerFailure(
    'TOO_LARGE',
    `Cannot call '${name}': the payload has ${text.length} characters, at most ${MOST_CHARACTERS} are needed: the worker is made for that much`,
  );
}

/** What is wrong with a value, or undefined; fields that are undefined are left out, as JSON does. */
function problemOf(value: unknown, field: string): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      return problemOfNumber(value, field);
    case 'object':
      return value === null ? undefined : problemOfObject(value, field);
    default:
      return `'${field}' is of type ${typeof value}, JSON is needed`;
  }
}

function problemOfNumber(value: number, field: string): string | undefined {
  if (!Number.isFinite(value)) return `'${field}' is ${value}, a finite number is needed`;
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return undefined;
  return `'${field}' is ${value}, an integer of at most 2^53 - 1 is needed, or its text`;
}

function problemOfObject(value: object, field: string): string | undefined {
  if (Array.isArray(value)) return first(value.entries(), (one, index) => problemOf(one, `${field}[${index}]`));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    return first(Object.entries(value), (one, key) =>
      one === undefined ? undefined : problemOf(one, `${field}.${key}`),
    );
  }
  const advice = ArrayBuffer.isView(value) ? 'a plain array is needed (Array.from)' : 'a plain object is needed';
  return `'${field}' is a ${value.constructor.name}, ${advice}`;
}

function first<Key>(
  entries: Iterable<[Key, unknown]>,
  problem: (value: unknown, key: Key) => string | undefined,
): string | undefined {
  for (const [key, value] of entries) {
    const found = problem(value, key);
    if (found !== undefined) return found;
  }
  return undefined;
}
