import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { defineOperation, type Operation } from '../../src/protocol/operation.ts';
import type { ProgressNote, WorkerClient } from '../../src/worker/client.ts';
import { describeOwnOperations } from '../../src/worker/custom-operations.ts';
import { float32Tensor, valuesOf } from '../../src/worker/tensors/tensor.ts';
import { WorkerFailure } from '../../src/worker/worker-failure.ts';
import { failureOf, isRunning, newDirectory, startTestWorker } from './test-worker.ts';

const FILE = resolve('test/worker/fixtures/team_score.py');
const teamScore = defineOperation({
  name: 'team.score',
  version: 2,
  pure: false,
  stallMs: 60_000,
  file: FILE,
  params: z.strictObject({ act: z.string().min(1), label: z.string(), halfLife: z.number().positive().prefault(1) }),
  data: z.strictObject({ label: z.string(), halfLife: z.number() }),
});

/** An operation whose file holds that Python text. */
function operationOf(name: string, python: string): Operation {
  const file = join(newDirectory(), 'made_here.py');
  writeFileSync(file, python);
  return defineOperation({ ...teamScore, name, file, params: z.strictObject({}), data: z.strictObject({}) });
}

const operations = [
  teamScore,
  operationOf('team.broken', 'def run(params, tensors, context:\n    pass\n'),
  operationOf('team.import', 'x = 1\nimport no_such_package\n'),
  operationOf('team.empty', 'def walk():\n    pass\n'),
  operationOf('team.quits', 'import sys\n\nsys.exit("no GPU here")\n'),
  operationOf('team.arity', 'def run(params):\n    pass\n'),
  operationOf(
    'team.dataclass',
    `from __future__ import annotations
from dataclasses import dataclass
from python_worker import Reply, Context

@dataclass
class Head:
    context: Context

def run(params, tensors, context):
    assert Head(context).context.device == "cpu"
    return Reply({}, {"name": __import__("numpy").frombuffer(__name__.encode(), "uint8")})
`,
  ),
];
const [, broken, missingImport, empty, quits, arity, withDataclass] = operations as [
  unknown,
  Operation,
  Operation,
  Operation,
  Operation,
  Operation,
  Operation,
];

let worker: WorkerClient;
beforeAll(async () => {
  worker = await startTestWorker({ operations });
});
afterAll(() => worker.close());

const act = (name: string) => worker.call(teamScore, { act: name, label: 'x' });

describe("an operation of one's own", () => {
  it('is called like a built-in one, with params, data and tensors', async () => {
    const values = float32Tensor(new Float32Array([1, 2, 3, 4]), [2, 2]);
    const { data, tensors } = await worker.call(
      teamScore,
      { act: 'double', label: 'köşe', halfLife: 0.25 },
      { values },
    );
    expect(data).toEqual({ label: 'köşe', halfLife: 0.25 });
    expect(tensors['twice']?.shape).toEqual([2, 2]);
    expect([...valuesOf(tensors, 'twice', 'float32')]).toEqual([2, 4, 6, 8]);
  });

  it('may answer with scalars of numpy', async () => {
    expect((await act('numpy')).data).toEqual({ label: 'x', halfLife: 0.5 });
  });

  it('reports progress and is cancelled by an AbortSignal', async () => {
    const controller = new AbortController();
    const notes: ProgressNote[] = [];
    const onProgress = (note: ProgressNote): void => {
      notes.push(note);
      controller.abort();
    };
    const params = { act: 'wait', label: 'x' };
    const failure = await failureOf(worker.call(teamScore, params, {}, { signal: controller.signal, onProgress }));
    expect(failure.code).toBe('CANCELLED');
    expect(notes[0]).toMatchObject({ total: 100_000, metrics: { loss: 0.5 }, note: 'waiting' });
  });

  it('is loaded from its path under a name of its own, once', async () => {
    const answers = [await worker.call(withDataclass, {}), await worker.call(withDataclass, {})];
    const names = answers.map(({ tensors }) => Buffer.from(valuesOf(tensors, 'name', 'uint8')).toString());
    expect(names[0]).toMatch(/^balpm_user_[0-9a-f]{16}$/);
    expect(names[1]).toBe(names[0]);
  });

  it('refuses params that do not fit before anything is sent', async () => {
    const failure = await failureOf(worker.call(teamScore, { act: 'double', label: 'x', halfLife: 0 }));
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining("field 'halfLife'") });
  });

  it('is unknown to a worker that was started without it', async () => {
    const other = defineOperation({ ...teamScore, name: 'team.other' });
    const failure = await failureOf(worker.call(other, { act: 'x', label: 'x' }));
    expect(failure.code).toBe('UNSUPPORTED');
    expect(failure.message).toContain(
      "Cannot run 'team.other' version 2: it is unknown, an operation it was started with is needed",
    );
  });
});

describe('a failure in a file of the user', () => {
  it('names the error, the file and the line, with the traceback', async () => {
    const failure = await failureOf(act('raise'));
    expect(failure.code).toBe('USER_CODE');
    expect(failure.message).toContain(
      "Cannot run 'team.score': ValueError: the heads disagree (team_score.py line 20), a fix in that file is needed",
    );
    expect(failure.details).toMatchObject({ file: FILE, line: '20' });
    expect(failure.details['traceback']).toContain('raise ValueError("the heads disagree")');
  });

  test.each([
    ['lines', 'USER_CODE', "Cannot run 'team.score': RuntimeError: first line second line (team_score.py line 22)"],
    ['exit', 'USER_CODE', "Cannot run 'team.score': SystemExit: 3 (team_score.py line 26)"],
    ['another code', 'USER_CODE', "ValueError: 'TOO_SURE' is not a valid ErrorCode (team_score.py line 30)"],
    ['progress', 'USER_CODE', "ValueError: could not convert string to float: 'half' (team_score.py line 32)"],
    ['no such act', 'USER_CODE', "Cannot run 'team.score': KeyError: 'no such act' (team_score.py line 33)"],
    ['refuse', 'INVALID_ARGUMENT', 'Cannot score: the label is empty, a text is needed'],
    [
      'memory',
      'OOM_CPU',
      "Cannot run 'team.score': memory is exhausted (team_score.py line 28), a smaller batch is needed",
    ],
    ['nothing', 'USER_CODE', "Cannot run 'team.score': run() returned nothing (team_score.py), a Reply is needed"],
    ['dict', 'USER_CODE', 'run() returned a dict (team_score.py), a Reply is needed'],
    ['text for number', 'USER_CODE', 'its data is wrong: Expected `float`, got `str` - at `$.halfLife`'],
    ['missing field', 'USER_CODE', 'its data is wrong: Object missing required field `halfLife`'],
    ['snake case', 'USER_CODE', 'its data is wrong: Object contains unknown field `half_life`'],
    ['nan', 'USER_CODE', 'data.halfLife is not finite (team_score.py), a finite number or None is needed'],
    ['too large', 'USER_CODE', 'data.halfLife is not finite'],
    ['array in data', 'USER_CODE', 'data.halfLife is a ndarray (team_score.py), a value of JSON is needed'],
    ['surrogate', 'USER_CODE', 'data.label is a text that is not Unicode'],
    ['complex tensor', 'USER_CODE', "tensor 'values' is complex128 (team_score.py), one of float32"],
    ['uint16 tensor', 'USER_CODE', "tensor 'values' is uint16 (team_score.py), one of float32"],
    ['object tensor', 'USER_CODE', "tensor 'values' is object (team_score.py), one of float32"],
    ['ragged tensor', 'USER_CODE', "tensor 'values' is no array"],
    ['spaced name', 'USER_CODE', "a tensor is named 'two words'"],
    ['tensor list', 'USER_CODE', 'its tensors are a list (team_score.py), a dict of arrays is needed'],
    ['deep tensor', 'USER_CODE', "tensor 'values' has 9 dimensions"],
  ])("for '%s' is %s", async (name, code, message) => {
    const failure = await failureOf(act(name));
    expect(failure.message).toContain(message);
    expect(failure.code).toBe(code);
  });

  test.each<[Operation, string]>([
    [broken, "Cannot run 'team.broken': SyntaxError: '(' was never closed (made_here.py line 1)"],
    [
      missingImport,
      "Cannot run 'team.import': ModuleNotFoundError: No module named 'no_such_package' (made_here.py line 2)",
    ],
    [empty, "Cannot run 'team.empty': the file has no run() (made_here.py), one is needed"],
    [quits, "Cannot run 'team.quits': SystemExit: no GPU here (made_here.py line 3)"],
    [arity, "Cannot run 'team.arity': TypeError: run() takes 1 positional argument but 3 were given (made_here.py)"],
  ])('that cannot be used is told at every call: %#', async (operation, message) => {
    const failures = [await failureOf(worker.call(operation, {})), await failureOf(worker.call(operation, {}))];
    for (const failure of failures) {
      expect(failure.message).toContain(message);
      expect(failure.code).toBe('USER_CODE');
    }
  });

  it('leaves the worker able to go on', async () => {
    expect(isRunning(worker.hello.pid)).toBe(true);
    expect((await act('numpy')).data.label).toBe('x');
  });
});

describe('describeOwnOperations()', () => {
  const refused: [string, Operation[], string][] = [
    ['the name of a built-in one', [{ ...teamScore, name: 'posterior.fit' }], "'posterior.fit': another operation has"],
    ['two of one name', [teamScore, teamScore], "'team.score': another operation has that name"],
    ['no file', [{ ...teamScore, file: undefined as never }], "'team.score': it has no file"],
    ['a missing file', [{ ...teamScore, file: '/nowhere/a.py' }], "'team.score': '/nowhere/a.py': there is no such"],
    ['a directory', [{ ...teamScore, file: '.' }], `'team.score': '${resolve('.')}' is not a file`],
    ['a name with spaces', [{ ...teamScore, name: 'team score' }], "'team score': field 'name'"],
    ['version 0', [{ ...teamScore, version: 0 }], "'team.score': field 'version'"],
    ['no patience', [{ ...teamScore, stallMs: 0.5 }], "'team.score': field 'stallMs'"],
    ['a schema of another library', [{ ...teamScore, params: { parse: 1 } as never }], 'its params are no schema'],
    ['params that are no object', [{ ...teamScore, params: z.string() }], 'its params cannot travel'],
    [
      'what Python would judge differently',
      [{ ...teamScore, data: z.strictObject({ a: z.array(z.string().max(3)) }) }],
      "'team.score': its data cannot travel (Cannot put 'team.score data.a[]' on the wire: a text has a greatest length",
    ],
    ['a refinement', [{ ...teamScore, data: z.strictObject({ a: z.int().refine(Boolean) }) }], 'has a refinement'],
    ['257 operations', Array.from({ length: 257 }, () => teamScore), 'at most 256 are needed'],
  ];
  test.each(refused)('refuses %s', async (_what, given, message) => {
    expect(() => describeOwnOperations(given)).toThrow(WorkerFailure);
    const failure = await failureOf(startTestWorker({ operations: given, python: '/never/started' }));
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) });
  });
});
