import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAnswers } from '../../src/ledger/answers.ts';
import { createFileOracle } from '../../src/oracle/file-oracle.ts';
import type { Oracle } from '../../src/oracle/oracle.ts';
import { makeScratch } from '../support/balpm.ts';

const BATCH = { round: 3, ids: ['x', 'y', 'z'] };
let scratch: ReturnType<typeof makeScratch>;
let oracle: Oracle;
const answersFile = (): string => join(scratch.path, 'round-003.answers.jsonl');
const batchFile = (): string => join(scratch.path, 'round-003.batch.jsonl');
const answer = (...lines: string[]): void => writeFileSync(answersFile(), lines.map((line) => `${line}\n`).join(''));
const says = (id: string, preferred: string): string => JSON.stringify({ id, preferred, annotator: 'ann-01' });

beforeEach(() => {
  scratch = makeScratch();
  const readTexts = async (ids: readonly string[]) =>
    ids.map((id) => ({ id, prompt: `p ${id}`, response_a: 'a', response_b: 'b' }));
  oracle = createFileOracle({ dir: scratch.path, readTexts });
});
afterEach(() => scratch.remove());

describe('createFileOracle()', () => {
  test('writes the batch in picked order and waits', async () => {
    expect(await oracle.answer(BATCH)).toMatchObject({
      type: 'waiting',
      answered: 0,
      needed: 3,
      answersFile: answersFile(),
    });
    const lines = readFileSync(batchFile(), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string });
    expect(lines.map(({ id }) => id)).toEqual(['x', 'y', 'z']);
    expect(lines[0]).toEqual({ id: 'x', prompt: 'p x', response_a: 'a', response_b: 'b' });
  });

  test('waits on while some items have no answer', async () => {
    answer(says('z', 'b'), '', says('x', 'a'));
    expect(await oracle.answer(BATCH)).toMatchObject({ type: 'waiting', answered: 2, needed: 3 });
  });

  test('gives the answers in the order of the batch', async () => {
    answer(says('z', 'b'), says('x', 'a'), says('y', 'b'));
    expect(await oracle.answer(BATCH)).toEqual({ type: 'answered', answers: readAnswers({ answers: 'abb' }) });
  });

  test('accepts the same answer twice', async () => {
    answer(says('z', 'b'), says('x', 'a'), says('y', 'b'), says('x', 'a'));
    expect(await oracle.answer(BATCH)).toMatchObject({ type: 'answered' });
  });

  test('passes over a byte order mark and NaN in other fields', async () => {
    answer(`\ufeff${says('z', 'b')}`, '{"id": "x", "preferred": "a", "seconds": NaN}', says('y', 'b'));
    expect(await oracle.answer(BATCH)).toEqual({ type: 'answered', answers: readAnswers({ answers: 'abb' }) });
  });

  test('takes a whole number for the id of its digits', async () => {
    answer(
      '{"id": 9007199254740993, "preferred": "a"}',
      '{"id": 1, "preferred": "b"}',
      '{"id": "1", "preferred": "b"}',
    );
    const batch = { round: 3, ids: ['1', '9007199254740993'] };
    expect(await oracle.answer(batch)).toEqual({ type: 'answered', answers: readAnswers({ answers: 'ba' }) });
  });

  test('refuses answers that are not UTF-8, naming the line or the encoding', async () => {
    writeFileSync(answersFile(), Buffer.from(`${says('x', 'a')}\n{"id": "y", "note": "\xe9"}\n`, 'latin1'));
    await expect(oracle.answer(BATCH)).rejects.toThrow(
      /^Cannot read labels '.*': line 2 is not UTF-8; save it as UTF-8$/,
    );
    writeFileSync(answersFile(), Buffer.from(`\ufeff${says('x', 'a')}\n`, 'utf16le'));
    await expect(oracle.answer(BATCH)).rejects.toThrow(
      /^Cannot read labels '.*': it is UTF-16 text; save it as UTF-8$/,
    );
  });

  test.each([1, 2, 3])(
    'waits on while the last line ends within a character, %i of its 4 bytes there',
    async (count) => {
      const half = Buffer.concat([Buffer.from(`${says('x', 'a')}\n{"note": "`), Buffer.from('🙂').subarray(0, count)]);
      writeFileSync(answersFile(), half);
      expect(await oracle.answer(BATCH)).toMatchObject({
        type: 'waiting',
        answered: 1,
        problems: [expect.stringMatching(/line 2: "{"note": "" is not JSON; .*may be incomplete/)],
      });
      writeFileSync(answersFile(), Buffer.concat([half, Buffer.from('\n')]));
      await expect(oracle.answer(BATCH)).rejects.toThrow(/: line 2 is not UTF-8; /);
    },
  );

  test('does not rewrite a batch that people may be reading', async () => {
    await oracle.answer(BATCH);
    const spaced = readFileSync(batchFile(), 'utf8').replaceAll('{"id"', '{ "id"');
    writeFileSync(batchFile(), spaced);
    await oracle.answer(BATCH);
    expect(readFileSync(batchFile(), 'utf8')).toBe(spaced);
  });

  test('refuses a batch file with the items of another run', async () => {
    await oracle.answer({ round: 3, ids: ['x', 'q', 'z'] });
    await expect(oracle.answer(BATCH)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/its items are not those of round 3/),
    });
  });

  const WRONG: readonly (readonly [string, string, number, RegExp])[] = [
    [
      'two different answers',
      `${says('x', 'a')}\n${says('x', 'b')}\n`,
      0,
      /line 2: id "x" has label 'a' on line 1 and 'b' here; keep one of them$/,
    ],
    [
      'an unknown id',
      `${says('x', 'a')}\n${says('q', 'b')}\n`,
      1,
      /line 2: id "q" is not in the batch of round 3; use an id/,
    ],
    [
      'a side that is none',
      `${says('x', 'left')}\n`,
      0,
      /line 1: field 'preferred' is "left"; expected {"id": text, "preferred": "a", "b" or "tie"} or {"id": text, "p": .*}/,
    ],
    ...[
      ['"p": 1.2', /line 2: field 'p' is 1\.2; expected "p": the probability that a is preferred, from 0 to 1 and/],
      ['"p": -0.1', /line 2: field 'p' is -0\.1; /],
      ['"p": "0.7"', /line 2: field 'p' is "0\.7"; /],
      ['"p": null', /line 2: field 'p' is null; /],
      ['"preferred": "a", "p": 0.2', /line 2: field 'p' is 0\.2; .* in agreement with "preferred"$/],
      ['"preferred": "tie", "p": 0.2', /line 2: field 'p' is 0\.2; /],
      ['"preferred": "b", "weight": 0', /line 2: field 'weight' is 0; expected "weight": a finite number above 0$/],
      ['"preferred": "b", "weight": -1', /line 2: field 'weight' is -1; /],
    ].map(
      ([fields, message]) =>
        [`the answer ${fields}`, `${says('x', 'a')}\n{"id":"y",${fields}}\n`, 1, message as RegExp] as const,
    ),
    [
      'two different probabilities',
      '{"id":"x","p":0.7}\n{"id":"x","p":0.8}\n',
      0,
      /line 2: id "x" has label 'p 0\.7' on line 1 and 'p 0\.8' here; keep one of them$/,
    ],
    [
      'a side and its other weight',
      `${says('x', 'a')}\n{"id":"x","preferred":"a","weight":2}\n`,
      0,
      /line 2: id "x" has label 'a' on line 1 and 'a \(weight 2\)' here; keep one of them$/,
    ],
    [
      'a mistyped field',
      `${says('x', 'a')}\n{"id":"y","prefered":"b"}\n`,
      1,
      /line 2: field 'preferred' is missing in "{"id"/,
    ],
    ['a number that is no id of the batch', '{"id":7,"preferred":"b"}\n', 0, /line 1: id "7" is not in the batch/],
    ['a line that is not JSON', `${says('x', 'a')}\ny,b\n`, 1, /line 2: "y,b" is not JSON; /],
    [
      'a half-written last line',
      `${says('z', 'a')}\n${says('x', 'a').slice(0, 9)}`,
      1,
      /line 2: .* is not JSON; .*may be incomplete/,
    ],
    [
      'a wrong line beside all answers',
      `${'xyz'.replace(/./g, (id) => `${says(id, 'a')}\n`)}{"id":"x"}\n`,
      3,
      /line 4: /,
    ],
    [
      'what a terminal would obey',
      `\u001b]0;x\u0007\u202e${'m'.repeat(1 << 20)}\n`,
      0,
      /line 1: "\\u001b\]0;x\\u0007\\u202em{100,}"… \(/,
    ],
    [
      'an id that is another spelling',
      `${says('x', 'a')}\n{"id": 1.0, "preferred": "a"}\n`,
      1,
      /line 2: field 'id' is 1\.0; expected text or a whole number/,
    ],
  ];
  test.each(WRONG)('waits on, naming file and line, for %s', async (_what, text, answered, message) => {
    writeFileSync(answersFile(), text);
    const waiting = await oracle.answer(BATCH);
    expect(waiting).toMatchObject({ type: 'waiting', answered, needed: 3 });
    expect(waiting).toMatchObject({ problems: [expect.stringMatching(message)] });
    expect(JSON.stringify(waiting).length).toBeLessThan(1500);
    expect(readFileSync(answersFile(), 'utf8')).toBe(text);
    answer(says('x', 'a'), says('y', 'b'), says('z', 'a'));
    expect(await oracle.answer(BATCH)).toEqual({ type: 'answered', answers: readAnswers({ answers: 'aba' }) });
  });

  test('takes ties, probabilities and weights; the same one twice is fine', async () => {
    await oracle.answer(BATCH);
    const lines = [
      '{"id":"x","preferred":"tie"}',
      '{"id":"y","p":0.25,"weight":2}',
      '{"id":"x","preferred":"a","p":0.5}',
      '{"id":"z","preferred":"a","p":1,"weight":1,"annotator":"k"}',
    ];
    answer(...lines);
    const answers = [{ preferred: 'tie', p: 0.5 }, { preferred: 'b', p: 0.25, weight: 2 }, { preferred: 'a' }];
    expect(await oracle.answer(BATCH)).toEqual({ type: 'answered', answers });
  });

  test('takes a mark of UTF-8, Windows line ends and a last line without an end', async () => {
    writeFileSync(answersFile(), `\ufeff${['x', 'y', 'z'].map((id) => says(id, 'b')).join('\r\n')}`);
    expect(await oracle.answer(BATCH)).toEqual({ type: 'answered', answers: readAnswers({ answers: 'bbb' }) });
  });

  test('refuses answers that cannot be read', async () => {
    mkdirSync(answersFile());
    await expect(oracle.answer(BATCH)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/^Cannot read labels '.*': it is a directory; /),
    });
  });
});
