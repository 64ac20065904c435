import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAnswers } from '../../src/ledger/answers.ts';
import { type CommandOracleOptions, createCommandOracle } from '../../src/oracle/command-oracle.ts';
import { makeScratch } from '../support/balpm.ts';
import { isRunning } from '../worker/test-worker.ts';

const BATCH = { round: 3, ids: ['x', 'y', 'z'] };
let scratch: ReturnType<typeof makeScratch>;
beforeEach(() => {
  scratch = makeScratch();
});
afterEach(() => scratch.remove());

const at = (name: string): string => join(scratch.path, name);
const answersFile = (): string => at('round-003.answers.jsonl');
const kept = (): string[] => (existsSync(answersFile()) ? readFileSync(answersFile(), 'utf8').split('\n') : []);
const says = (id: string, preferred: string, more = {}): string => JSON.stringify({ id, preferred, ...more });
const print = (...lines: string[]): string => lines.map((line) => `console.log(${JSON.stringify(line)});`).join('');

/** An oracle that runs a JavaScript program; `items` are the ones it is asked. */
function oracleOf(program: string, options: Partial<CommandOracleOptions> = {}) {
  writeFileSync(
    at('program.cjs'),
    `const items = require('fs').readFileSync(0, 'utf8').split('\\n').filter(Boolean).map(JSON.parse);\n${program}`,
  );
  return createCommandOracle({
    command: [process.execPath, at('program.cjs')],
    timeoutSeconds: 60,
    dir: scratch.path,
    logFile: at('oracle.log'),
    readTexts: async (ids) => ids.map((id) => ({ id, prompt: `p ${id}`, response_a: 'a', response_b: '\u2028b' })),
    signal: new AbortController().signal,
    ...options,
  });
}

describe('createCommandOracle()', () => {
  test('gives items to stdin and takes answers in any order, other fields kept', async () => {
    const oracle = oracleOf(
      `require('fs').writeFileSync(${JSON.stringify(at('asked.json'))}, JSON.stringify(items));` +
        print(says('z', 'b', { why: '\u2028' }), '', says('x', 'a'), says('y', 'b'), says('z', 'b')),
    );
    expect(await oracle.answer(BATCH)).toEqual({ type: 'answered', answers: readAnswers({ answers: 'abb' }) });
    expect(JSON.parse(readFileSync(at('asked.json'), 'utf8'))).toEqual(
      BATCH.ids.map((id) => ({ id, prompt: `p ${id}`, response_a: 'a', response_b: '\u2028b' })),
    );
    expect(kept()[0]).toBe(says('z', 'b', { why: '\u2028' }));
  });

  test('asks only for what is missing when the program died before, and nothing when all is there', async () => {
    const dying = oracleOf(`${print(says('y', 'a'))} console.error('out of credit'); process.exitCode = 3;`);
    await expect(dying.answer(BATCH)).rejects.toMatchObject({
      kind: 'data',
      message: `Cannot label round 3 with '${process.execPath}', which printed 1 of 3 labels: it exited with status 3; expected exit status 0; its stderr ends with "out of credit" (see '${at('oracle.log')}')`,
    });
    expect(kept()).toEqual([says('y', 'a'), '']);
    const going = oracleOf(`for (const { id } of items) console.log(JSON.stringify({ id, preferred: 'b' }));`);
    expect(await going.answer(BATCH)).toEqual({ type: 'answered', answers: readAnswers({ answers: 'bab' }) });
    const never = oracleOf('throw new Error("asked again")');
    expect(await never.answer(BATCH)).toEqual({ type: 'answered', answers: readAnswers({ answers: 'bab' }) });
  });

  test.each([
    ['a part of one is dropped', '{"id":"z","pre', ['x', 'z'], [says('y', 'a'), says('x', 'b'), says('z', 'b'), '']],
    ['a whole one is kept', says('z', 'a'), ['x'], [says('y', 'a'), says('z', 'a'), says('x', 'b'), '']],
  ])('mends the last answer of a writer that was killed: %s', async (_what, last, asked, lines) => {
    writeFileSync(answersFile(), `${says('y', 'a')}\n${last}`);
    const oracle = oracleOf(
      `if (items.map(({ id }) => id).join() !== ${JSON.stringify(asked.join())}) process.exit(1);` +
        `for (const { id } of items) console.log(JSON.stringify({ id, preferred: 'b' }));`,
    );
    expect(await oracle.answer(BATCH)).toMatchObject({ type: 'answered' });
    expect(kept()).toEqual(lines);
  });

  const WRONG: readonly (readonly [string, string, RegExp])[] = [
    ['a missing answer', print(says('x', 'a')), /which printed 1 of 3 labels: it exited without a label for 'y'/],
    ['an unknown id', print(says('q', 'a')), /^Cannot read label 1 of '.*': id "q" is not in the batch of round 3; /],
    [
      'a contradiction',
      print(says('x', 'a'), says('x', 'b')),
      /label 2 of .*: id "x" has label 'a' before and 'b' here/,
    ],
    ['a side that is none', print(says('x', 'left')), /label 1 of .*: field 'preferred' is "left"/],
    [
      'a line that is not JSON',
      print(says('x', 'a'), 'ok!'),
      /label 2 of .*: "ok!" is not JSON; .* \(write other output of the program/,
    ],
    [
      'a banner',
      `console.log('\\u001b[32mLoading weights: 100%'); ${print(says('x', 'a'))}`,
      /label 1 of .*: "\\u001b\[32mLoading weights: 100%" is not JSON; /,
    ],
    ['a log line in JSON', print('{"level":"info"}'), /label 1 of .*: field 'id' is missing in "{"level":"info"}"; /],
    [
      'an endless line',
      `process.stdout.write('{'.repeat(3 << 20))`,
      /label 1 of .*: "{{120}"… \(1,048,576 characters\) is not JSON/,
    ],
    ['a killed program', `process.kill(process.pid, 'SIGKILL')`, /it was killed by SIGKILL/],
  ];
  test.each(WRONG)('names %s and keeps the answers before it', async (_what, program, message) => {
    const isKept = program.includes('\\"x\\",\\"preferred\\":\\"a\\"') && !program.includes('Loading');
    const good = isKept ? [says('x', 'a'), ''] : [''];
    await expect(oracleOf(program).answer(BATCH)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(message),
    });
    expect(kept()).toEqual(good);
  });

  test('quotes what the program said last', async () => {
    const program = `for (let i = 0; i < 9; i++) console.error('line ' + i); ${print('none')}`;
    await expect(oracleOf(program).answer(BATCH)).rejects.toThrow('its stderr ends with "line 6 | line 7 | line 8"');
    expect(readFileSync(at('oracle.log'), 'utf8').split('\n')).toHaveLength(10);
  });

  test.each([
    ['/no/such/program', 'the program does not exist'],
    ['no-such-program-anywhere', 'the program does not exist'],
    [import.meta.filename, 'it is not executable'],
  ])('tells that %s cannot be run', async (program, words) => {
    await expect(oracleOf('', { command: [program] }).answer(BATCH)).rejects.toMatchObject({
      kind: 'environment',
      message: `Cannot run oracle.command '${program}': ${words}; give a program (a path, or a name on PATH)`,
    });
  });

  /** Writes its own process number and a child's once it has answered `x`, then goes on for ever. */
  const endless = (): string =>
    `const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });` +
    `${print(says('x', 'a'))} require('fs').writeFileSync(${JSON.stringify(at('pids'))}, process.pid + ' ' + child.pid); setInterval(() => {}, 1000);`;
  const pids = (): number[] => readFileSync(at('pids'), 'utf8').split(' ').map(Number);

  test('ends a program that takes too long, with all it started', async () => {
    const message = /which printed 1 of 3 labels: it did not finish within 1 s; use a faster program/;
    await expect(oracleOf(endless(), { timeoutSeconds: 1 }).answer(BATCH)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(message),
    });
    expect(pids().filter(isRunning)).toEqual([]);
    expect(kept()).toEqual([says('x', 'a'), '']);
  });

  test('ends the program when the run is stopped, and keeps its answers', async () => {
    const controller = new AbortController();
    const answering = oracleOf(endless(), { signal: controller.signal }).answer(BATCH);
    const stopped = expect(answering).rejects.toMatchObject({
      kind: 'stopped',
      message: expect.stringMatching(/which printed 1 of 3 labels: it was stopped; run `balpm resume` to continue$/),
    });
    await expect.poll(() => existsSync(at('pids')) && pids().length === 2, { timeout: 30_000 }).toBe(true);
    await expect.poll(kept, { timeout: 30_000 }).toHaveLength(2);
    controller.abort();
    await stopped;
    expect(pids().filter(isRunning)).toEqual([]);
  });

  test('asks no program once the run is stopped', async () => {
    const oracle = oracleOf(endless(), { signal: AbortSignal.abort() });
    await expect(oracle.answer(BATCH)).rejects.toMatchObject({ kind: 'stopped' });
  });
});
