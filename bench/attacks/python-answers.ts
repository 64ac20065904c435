import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { openPython } from '../../src/python-calls/open-python.ts';
import type { OpenPython } from '../../src/python-calls/python-call.ts';
import { WorkerFailure } from '../../src/worker/worker-failure.ts';
import type { Attack, AttackSource } from './attack.ts';

/** Python expressions with the value that JavaScript must get, or the words of the refusal. */
const ANSWERS: readonly (readonly [expression: string, expected: unknown])[] = [
  ['np.False_', false],
  ['np.bool_(1)', true],
  ['[np.False_, np.True_]', [false, true]],
  ['{"ok": np.False_}', { ok: false }],
  ['(np.float32(0.1), 1)', [0.10000000149011612, 1]],
  ['np.float16(0.1)', 0.0999755859375],
  ['np.float64(1e300)', 1e300],
  ['np.float64(-0.0)', -0],
  ['np.int64(2**53 - 1)', 2 ** 53 - 1],
  ['np.int8(-128)', -128],
  ['np.uint64(7)', 7],
  ['np.str_("\\u00e9")', 'é'],
  ['{np.str_("key"): np.array(3)}', { key: 3 }],
  ['np.array(False)', false],
  ['torch.tensor(False)', false],
  ['torch.tensor(2.5, dtype=torch.bfloat16)', 2.5],
  ['torch.tensor(3)', 3],
  ['[[torch.tensor(1.5, requires_grad=True)]]', [[1.5]]],
  ['{"a": [{"b": (np.True_, None, "x")}]}', { a: [{ b: [true, null, 'x'] }] }],
  ['np.int64(2**53)', /9007199254740992; return an integer/],
  ['-(2**53)', /-9007199254740992; return an integer/],
  ['[1.5, np.float32("nan")]', /'answer\[1\]' is nan; return a finite/],
  ['torch.tensor(float("inf"))', /'answer' is inf; return a finite/],
  ['np.longdouble(1) / 3', /'answer' is a longdouble/],
  ['np.complex128(1)', /'answer' is a complex128/],
  ['np.timedelta64(5, "ns")', /'answer' is a timedelta64/],
  ['np.datetime64("2020")', /'answer' is a datetime64/],
  ['np.zeros(2)', /'answer' is a ndarray; return plain numbers.*tolist/],
  ['torch.zeros(1)', /'answer' is a Tensor/],
  ['np.bytes_(b"x")', /'answer' is a bytes/],
  ['{1: 2}', /under a key of type int; use texts/],
  ['{np.int64(1): 2}', /under a key of type int64; use texts/],
  ['{"__proto__": 1}', /under a key that JavaScript/],
  ['{1, 2}', /'answer' is a set/],
];

/** What functions of the user's give through `openPython`: exactly, or not at all. */
export const pythonAnswers: AttackSource = {
  name: 'python answers',
  attacks: async () =>
    ANSWERS.map(([expression, expected]): Attack => {
      const run = (folder: string) => inTurn(() => answer(folder, expression, expected));
      return { name: expression, run };
    }),
};

// A process holds one Python at a time; it ends with this one.
let opened: Promise<OpenPython> | undefined;
let last: Promise<unknown> = Promise.resolve();
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const next = last.then(work, work);
  last = next.catch(() => undefined);
  return next;
}

async function answer(folder: string, expression: string, expected: unknown): Promise<string | undefined> {
  const file = join(folder, 'mine.py');
  writeFileSync(file, `import numpy as np\nimport torch\n\n\ndef give():\n    return ${expression}\n`);
  opened ??= openPython();
  const python = await opened;
  try {
    const found = await python.invoke({ name: `${file}:give`, payload: {}, answer: z.unknown(), timeoutMs: 120_000 });
    return !(expected instanceof RegExp) && isDeepStrictEqual(found, expected)
      ? undefined
      : `it gave ${JSON.stringify(found)}`;
  } catch (error) {
    if (!(error instanceof WorkerFailure)) throw error;
    const isRight = expected instanceof RegExp && error.code === 'INVALID_DATA' && expected.test(error.message);
    return isRight ? undefined : `${error.code}: ${error.message}`;
  }
}
