import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openPython } from '../../src/python-calls/open-python.ts';
import type { OpenPython, PythonCall } from '../../src/python-calls/python-call.ts';
import { failureOf, fakePython, isRunning, newDirectory, PYTHON } from '../worker/test-worker.ts';

const FILE = resolve('test/python/fixtures/own_functions.py');
const folder = newDirectory();
afterAll(() => rmSync(folder, { recursive: true }));

let python: OpenPython;
beforeEach(async () => {
  python = await openPython(PYTHON);
});
afterEach(() => python.close());

type More = Partial<Pick<PythonCall, 'timeoutMs' | 'signal'>>;
const call = (name: string, payload: object = {}, more: More = {}): Promise<unknown> =>
  python.invoke({ name: `${FILE}:${name}`, payload, answer: z.unknown(), ...more });

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition() && tries < 500; tries += 1) await setTimeout(10);
  expect(condition()).toBe(true);
}
const startedFile = (name: string): string => join(folder, name);

describe('invoke()', () => {
  test('keeps what the file holds between calls', async () => {
    expect(await call('add', { by: 2 })).toEqual({ total: 2 });
    expect(await call('add', { by: 3 })).toEqual({ total: 5 });
  });

  test('reads a relative path from the working directory of this process', async () => {
    const name = `${relative('.', FILE)}:where`;
    expect(await python.invoke({ name, payload: {}, answer: z.string() })).toBe(process.cwd());
  });

  test('brings every JSON value there and back', async () => {
    const value = { text: 'é😀\u2028"', none: null, list: [true, -0.1, 1e-300, 9007199254740991], deep: [[{ a: [] }]] };
    expect(await call('echo', { value })).toEqual({ value });
  });

  test('carries four mebibytes each way', async () => {
    const value = 'x'.repeat(4 * 2 ** 20);
    expect(await call('echo', { value })).toEqual({ value });
    expect((await call('many', { count: 100_000 })) as number[]).toHaveLength(100_000);
  });

  test('checks the answer against the schema and names the field', async () => {
    const answer = z.object({ total: z.string() });
    const failure = await failureOf(python.invoke({ name: `${FILE}:add`, payload: { by: 1 }, answer }));
    expect(failure.code).toBe('INVALID_DATA');
    expect(failure.message).toBe(
      `Cannot use the answer of '${FILE}:add': field 'total': Invalid input: expected string, received number, what the schema describes is needed`,
    );
  });

  test.each([
    ['not_finite', { value: 'nan' }, "'answer.losses[1]' is nan; return a finite number, or None where there is none"],
    ['not_finite', { value: 'inf' }, "'answer.losses[1]' is inf; return a finite number, or None where there is none"],
    ['power', { exponent: 60 }, "'answer.count' is 1152921504606846976; return an integer of at most 2**53 - 1"],
    ['a_set', {}, "'answer.rows' is a set; return plain numbers, texts, lists and dicts"],
    ['number_as_key', {}, "'answer.by_seed[1]' is under a key of type int; use texts as keys"],
  ])('refuses what JSON cannot hold and goes on: %s %j', async (name, payload, message) => {
    const failure = await failureOf(call(name, payload));
    expect(failure.code).toBe('INVALID_DATA');
    expect(failure.message).toContain(`Cannot call '${FILE}:${name}': ${message}`);
    expect(await call('add', { by: 1 })).toEqual({ total: 1 });
  });

  test.each([
    [{ value: Number.NaN }, "'payload.value' is NaN, a finite number is needed"],
    [{ value: [1, 2 ** 60] }, "'payload.value[1]' is 1152921504606847000, an integer of at most 2^53 - 1 is needed"],
    [{ value: 1n }, "'payload.value' is of type bigint, JSON is needed"],
    [{ value: new Float32Array(2) }, "'payload.value' is a Float32Array, a plain array is needed (Array.from)"],
    [{ value: new Map() }, "'payload.value' is a Map, a plain object is needed"],
  ])('refuses arguments Python would get changed: case %#', async (payload, message) => {
    const failure = await failureOf(call('echo', payload));
    expect(failure.code).toBe('INVALID_ARGUMENT');
    expect(failure.message).toContain(message);
  });

  test('gives the text, file and line of what the function raised', async () => {
    const failure = await failureOf(call('fail', { text: 'shapes 3 and 4 differ' }));
    expect(failure).toMatchObject({ code: 'USER_CODE', kind: 'worker', details: { pyType: 'ValueError', line: '39' } });
    expect(failure.message).toBe(
      `Cannot call '${FILE}:fail': ValueError: shapes 3 and 4 differ (own_functions.py line 39), a fix in that file is needed`,
    );
    expect(failure.details['traceback']).toContain('raise ValueError(text)');
  });

  test('survives sys.exit() and a wrong argument', async () => {
    expect((await failureOf(call('leave'))).message).toContain(`SystemExit: 3 (own_functions.py line`);
    expect((await failureOf(call('add', { bye: 1 }))).message).toContain("unexpected keyword argument 'bye'");
    expect(await call('add', { by: 1 })).toEqual({ total: 1 });
  });

  test('names file and line of a file that does not load', async () => {
    const broken = resolve('test/python/fixtures/broken.py');
    const failure = await failureOf(python.invoke({ name: `${broken}:half`, payload: {}, answer: z.unknown() }));
    expect(failure.message).toContain(`SyntaxError: invalid syntax (broken.py line 1), a fix in that file is needed`);
  });

  test.each([
    ['exec', 'there is no such function, probe, draw_figures or FILE.py:FUNCTION is needed'],
    [`${FILE}:sub`, `'${FILE}' has no function 'sub', 'add', 'echo'`],
    [`${FILE}:_private`, `'${FILE}' has no function '_private'`],
    [`${FILE}:state`, `'${FILE}' has no function 'state'`],
    ['/nonexistent.py:run', "there is no file '/nonexistent.py', a Python file is needed"],
  ])('refuses what is no function: %s', async (name, message) => {
    const failure = await failureOf(python.invoke({ name, payload: {}, answer: z.unknown() }));
    expect(failure.code).toBe('UNSUPPORTED');
    expect(failure.message).toContain(message);
  });

  test('works off concurrent calls in the order they were made', async () => {
    const totals = await Promise.all(Array.from({ length: 50 }, () => call('add', { by: 1 })));
    expect(totals).toEqual(Array.from({ length: 50 }, (_, index) => ({ total: index + 1 })));
  });

  test('leaves Python neither our channel nor module names of ours', async () => {
    const { channel, path } = (await call('children')) as { channel: unknown; path: string[] };
    expect(channel).toBeNull();
    expect(path).not.toContain(resolve('python_worker/python_calls'));
  });
});

describe('a slow call', () => {
  test('is interrupted after timeoutMs, and Python keeps what it holds', async () => {
    await call('add', { by: 4 });
    const begun = performance.now();
    const failure = await failureOf(call('nap', { seconds: 600 }, { timeoutMs: 50 }));
    expect(performance.now() - begun).toBeLessThan(1500);
    expect(failure.code).toBe('DEADLINE');
    expect(failure.message).toBe(`Cannot finish '${FILE}:nap': it did not end within 50 ms, more time is needed`);
    expect(await call('add', { by: 1 })).toEqual({ total: 5 });
  });

  test('is interrupted by its signal; one that waits leaves the queue at once', async () => {
    const [running, waiting] = [new AbortController(), new AbortController()];
    const started = startedFile('aborted');
    const first = failureOf(call('nap', { seconds: 600, started }, { signal: running.signal }));
    const second = failureOf(call('add', { by: 100 }, { signal: waiting.signal }));
    const third = call('add', { by: 1 });
    await until(() => existsSync(started));
    waiting.abort();
    expect((await second).message).toContain('it was aborted before it started, a new call is needed');
    running.abort();
    expect(await first).toMatchObject({ code: 'CANCELLED', kind: 'stopped' });
    expect(await third).toEqual({ total: 1 });
  });

  test('is refused when its signal is aborted already', async () => {
    expect((await failureOf(call('add', { by: 1 }, { signal: AbortSignal.abort() }))).code).toBe('CANCELLED');
    expect(await call('add', { by: 1 })).toEqual({ total: 1 });
  });

  test('that cannot be interrupted takes Python along, and the message says so', async () => {
    const failure = await failureOf(call('hold', { started: startedFile('held') }, { timeoutMs: 300 }));
    expect(failure.code).toBe('DEADLINE');
    expect(failure.message).toContain('and could only be stopped by ending Python');
    expect((await failureOf(call('add', { by: 1 }))).code).toBe('WORKER_LOST');
  });

  test.each([0, -1, Number.NaN, 2 ** 31])('cannot be given a limit of %d ms', async (timeoutMs) => {
    expect((await failureOf(call('add', { by: 1 }, { timeoutMs }))).code).toBe('INVALID_ARGUMENT');
  });
});

describe('a Python that ends', () => {
  test.each([
    ['end', { status: 7 }, 'ended with status 7'],
    ['kill', {}, 'was killed by SIGKILL'],
  ])('in a call (%s) fails it and all others at once', async (name, payload, how) => {
    const begun = performance.now();
    const failures = await Promise.all([call(name, payload), call('add', { by: 1 })].map(failureOf));
    expect(performance.now() - begun).toBeLessThan(1000);
    for (const failure of failures) {
      expect(failure.code).toBe('WORKER_LOST');
      expect(failure.message).toContain(`Python (pid ${python.pid}) ${how}, a running Python is needed`);
    }
  });

  test('makes room for the next one', async () => {
    await failureOf(call('end', { status: 1 }));
    const next = await openPython(PYTHON);
    expect(await next.invoke({ name: `${FILE}:add`, payload: { by: 1 }, answer: z.unknown() })).toEqual({ total: 1 });
    await next.close();
  });
});

describe('close()', () => {
  test('ends Python with the call under way, twice as well as once', async () => {
    const running = failureOf(call('nap', { seconds: 600, started: startedFile('closed') }));
    await until(() => existsSync(startedFile('closed')));
    await Promise.all([python.close(), python.close()]);
    expect((await running).code).toBe('WORKER_LOST');
    expect(isRunning(python.pid)).toBe(false);
  });

  test('ends a Python that holds its lock', async () => {
    const running = failureOf(call('hold', { started: startedFile('deaf') }));
    await until(() => existsSync(startedFile('deaf')));
    await python.close();
    expect((await running).code).toBe('WORKER_LOST');
  });

  test('lets any number follow one another in one process, each with a state of its own', async () => {
    for (let count = 0; count < 3; count += 1) {
      await python.close();
      python = await openPython(PYTHON);
      expect(await call('add', { by: 1 })).toEqual({ total: 1 });
    }
  });
});

describe('openPython()', () => {
  test('refuses a second one beside the first', async () => {
    const failure = await failureOf(openPython(PYTHON));
    expect(failure.code).toBe('UNAVAILABLE');
    expect(failure.message).toContain('one is open in this process already, close() is needed');
  });

  test.each([
    ['/nonexistent', 'there is no such file'],
    [fakePython('sleep 600'), 'no answer within 5 s'],
    [fakePython('echo 42'), "it answered '42'"],
    [fakePython('exit 9'), 'exit code 9'],
  ])('refuses %s, an interpreter that is none', async (interpreter, found) => {
    const failure = await failureOf(openPython(interpreter));
    expect(failure).toMatchObject({ code: 'START_FAILED', kind: 'environment', exitStatus: 3 });
    expect(failure.message).toContain(`Cannot start Python '${interpreter}': `);
    expect(failure.message).toContain(found);
  });

  test('says how an interpreter ended that cannot load the fence, and leaves the environment alone', async () => {
    await python.close();
    const liar = fakePython('if [ "$1" = -c ]; then echo "$0"; else exit 5; fi');
    const before = { ...process.env };
    const failure = await failureOf(openPython(liar));
    expect(failure.code).toBe('START_FAILED');
    expect(failure.message).toContain('ended with status 5');
    expect(process.env).toEqual(before);
  });
});

describe('a program', () => {
  const program = (...args: string[]) =>
    execa(process.execPath, ['--import', 'tsx', 'test/python-calls/fixtures/steering-program.ts', ...args], {
      reject: false,
      timeout: 30_000,
      env: { DEBUG: '*' },
    });

  test.each(['close', 'forget', 'dies'])(
    'ends by itself within 2 s of its last line (%s), leaving no Python',
    async (mode) => {
      const running = program(mode);
      const said: string[] = [];
      let last = 0;
      for await (const line of running) {
        said.push(line);
        last = performance.now();
      }
      const { exitCode, stderr } = await running;
      expect(performance.now() - last).toBeLessThan(2000);
      expect({ exitCode, said }).toEqual({ exitCode: 0, said: [expect.stringMatching(/^\d+$/)] });
      expect(stderr).toContain('a print\na print again');
      await until(() => !isRunning(Number(said[0])));
    },
  );

  test.each(['nap', 'hold'])('that is killed takes Python along, whatever it does then (%s)', async (mode) => {
    const started = startedFile(`program-${mode}`);
    const running = program(mode, started);
    await until(() => existsSync(started) && readFileSync(started, 'utf8') !== '');
    const pid = Number(readFileSync(started, 'utf8'));
    expect(isRunning(pid)).toBe(true);
    running.kill('SIGKILL');
    await running;
    await until(() => !isRunning(pid));
  });
});
