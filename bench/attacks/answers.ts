import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../src/base/errors.ts';
import { changedAnswers } from '../../src/oracle/changed-answers.ts';
import { createCommandOracle } from '../../src/oracle/command-oracle.ts';
import { createFileOracle } from '../../src/oracle/file-oracle.ts';
import type { Waiting } from '../../src/oracle/oracle.ts';
import type { Attack, AttackSource } from './attack.ts';

const BATCH = { round: 4, ids: ['w', 'x', 'y', 'z'] };
const SIDES = { w: 'a', x: 'b', y: 'a', z: 'b' } as const;
const says = (id: string, preferred: string): string => JSON.stringify({ id, preferred });
const GOOD = Object.entries(SIDES).map(([id, side]) => says(id, side));
const readTexts = async (ids: readonly string[]) =>
  ids.map((id) => ({ id, prompt: `p ${id}`, response_a: 'a', response_b: 'b' }));

/** Lines that are no answer to an item of the batch, and what the note must hold. */
const WRONG: Readonly<Record<string, readonly [string, RegExp]>> = {
  'a mistyped field': ['{"id":"x","prefered":"b"}', /field 'preferred' is missing in "/],
  'a mistyped id field': ['{"ID":"x","preferred":"b"}', /field 'id' is missing in "/],
  'a capital side': [says('x', 'B'), /field 'preferred' is "B"/],
  'a side with a blank': [says('x', 'b '), /field 'preferred' is "b "/],
  'a side of a response': [says('x', 'response_b'), /is "response_b"/],
  'a tie': ['{"id":"x","preferred":null}', /field 'preferred' is null/],
  'a number for a side': ['{"id":"x","preferred":1}', /field 'preferred' is 1/],
  'a list of sides': ['{"id":"x","preferred":["b"]}', /field 'preferred' is \["b"\]/],
  'a number for an id': ['{"id":7,"preferred":"b"}', /id "7" is not in the batch/],
  'an unknown id': [says('q', 'b'), /id "q" is not in the batch of round 4/],
  'an id with a blank': [says('x ', 'b'), /id "x " is not in the batch/],
  'an id in another case': [says('X', 'b'), /id "X" is not in the batch/],
  'an id of megabytes': [says('i'.repeat(2 << 20), 'b'), /id "i+"… \(2,097,152 characters\) is not/],
  'an id with controls': [says('\u001b]0;x\u0007', 'b'), /id "\\u001b\]0;x\\u0007" is not/],
  'half a line': ['{"id":"x","pre', /"{"id":"x","pre" is not JSON/],
  CSV: ['x,b', /"x,b" is not JSON/],
  'a Python dict': ["{'id': 'x', 'preferred': 'b'}", /is not JSON/],
  'a list': ['["x","b"]', /it is "\["x","b"\]"|field/],
  'two answers on a line': [`${says('x', 'b')}${says('y', 'a')}`, /is not JSON/],
  'a bare word': ['b', /"b" is not JSON/],
  'a bare text': ['"b"', /it is ""b""/],
  'a bare null': ['null', /it is "null"/],
  'a merge conflict': ['<<<<<<< HEAD', /"<<<<<<< HEAD" is not JSON/],
  'a comment': ['# all done', /"# all done" is not JSON/],
  'zero bytes': ['\0\0\0\0', /is not JSON/],
  'marks of direction': ['\u202e\u2066b', /"\\u202e\\u2066b" is not JSON/],
  'a contradiction': [says('w', 'b'), /id "w" has label '[ab]' on line \d+ and '[ab]' here; keep one of them/],
};

type Place = 'first' | 'in the middle' | 'last' | 'last without an end' | 'beside all answers';
const PLACES: readonly Place[] = ['first', 'in the middle', 'last', 'last without an end', 'beside all answers'];

function fileOf(line: string, place: Place): { readonly text: string; readonly answered: number } {
  const [w = '', x = '', ...others] = GOOD;
  const some = [w, ...others];
  if (place === 'beside all answers') return { text: `${[w, x, ...others, line].join('\n')}\n`, answered: 4 };
  const begin = { first: 0, 'in the middle': 2, last: some.length, 'last without an end': some.length }[place];
  const lines = [...some.slice(0, begin), line, ...some.slice(begin)];
  return { text: lines.join('\n') + (place === 'last without an end' ? '' : '\n'), answered: 3 };
}

/** The run must wait and name the line, keep every right answer, and go on once the line is right. */
async function waitOnWrongLine(folder: string, name: string, place: Place): Promise<string | undefined> {
  const [line, message] = WRONG[name] as readonly [string, RegExp];
  const oracle = createFileOracle({ dir: folder, readTexts });
  const { answersFile } = (await oracle.answer(BATCH)) as Waiting;
  const { text, answered } = fileOf(line, place);
  writeFileSync(answersFile, text);
  const found = await oracle.answer(BATCH);
  if (found.type !== 'waiting') return 'the run went on';
  const problem = problemOfNote(found, text.split('\n').indexOf(line) + 1, message);
  if (problem !== undefined) return problem;
  const disputed = name === 'a contradiction' ? 1 : 0;
  if (found.answered !== answered - disputed) return `${found.answered} answers counted`;
  if (readFileSync(answersFile, 'utf8') !== text) return 'the answers file was changed';
  writeFileSync(answersFile, GOOD.join('\n'));
  const after = await oracle.answer(BATCH);
  return after.type === 'answered' && after.answers.map(({ preferred }) => preferred).join('') === 'abab'
    ? undefined
    : 'it did not go on';
}

function problemOfNote({ problems, answersFile }: Waiting, line: number, message: RegExp): string | undefined {
  const note = problems[0] ?? '';
  const isContradiction = message.source.includes('keep one of them');
  if (problems.length !== 1) return `${problems.length} notes: ${problems.join(' / ').slice(0, 300)}`;
  if (!message.test(note)) return `the note was: ${note.slice(0, 300)}`;
  if (!isContradiction && !note.includes(`labels '${answersFile}' line ${line}:`)) return `no file and line: ${note}`;
  if (!/^Cannot read .+: .+; .+ needed/s.test(note)) return `the grammar of: ${note.slice(0, 300)}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  return note.length > 700 || /[\p{Cc}\u202e\u2066]/u.test(note) ? `raw or uncut: ${note.slice(0, 300)}` : undefined;
}

const held = { round: 4, answers: new Map(Object.entries(SIDES).map(([id, preferred]) => [id, { preferred }])) };

/** Every other form of a file of answers that was changed after its round; what is told must name it, once. */
const CHANGES: Readonly<Record<string, readonly [readonly string[], readonly RegExp[]]>> = {
  ...Object.fromEntries(
    Object.entries(SIDES).flatMap(([id, side], index) => {
      const other = side === 'a' ? 'b' : 'a';
      const told = new RegExp(
        `^round 4: item "${id}" was labelled '${side}', but .* now has '${other}'; the run keeps '${side}'`,
      );
      return [
        [`${id} turned round`, [GOOD.with(index, says(id, other)), [told]]],
        [`${id} corrected below`, [[...GOOD, says(id, other)], [told]]],
        [`${id} corrected above`, [[says(id, other), ...GOOD], [told]]],
        [`${id} taken away`, [GOOD.toSpliced(index, 1), [new RegExp(`item "${id}" .* no longer has a label in `)]]],
        [`${id} written again`, [[...GOOD, says(id, side)], []]],
      ] as const;
    }),
  ),
  'the order turned round': [GOOD.toReversed(), []],
  'other fields': [GOOD.map((line) => line.replace('}', ',"who":"ann"}')), []],
  'blank lines': [GOOD.flatMap((line) => ['', line]), []],
  nothing: [[''], ['w', 'x', 'y', 'z'].map((id) => new RegExp(`item "${id}" .* no longer has a label in `))],
  'all turned round': [
    GOOD.map((line) => (line.includes('"a"') ? line.replace('"a"', '"b"') : line.replace('"b"', '"a"'))),
    ['w', 'x', 'y', 'z'].map((id) => new RegExp(`item "${id}"`)),
  ],
};

async function tellChange(folder: string, name: string): Promise<string | undefined> {
  const [lines, messages] = CHANGES[name] as (typeof CHANGES)[string];
  writeFileSync(join(folder, 'round-004.answers.jsonl'), `${lines.join('\n')}\n`);
  const told = changedAnswers(folder, [held]);
  if (told.length !== messages.length) return `${told.length} notes: ${told.join(' / ')}`;
  const wrong = messages.find((message, index) => !message.test(told[index] ?? ''));
  return wrong === undefined ? undefined : `told: ${told.join(' / ')}`;
}

async function tellTypo(folder: string, name: string): Promise<string | undefined> {
  const [line] = WRONG[name] as readonly [string, RegExp];
  writeFileSync(join(folder, 'round-004.answers.jsonl'), `${[...GOOD, line].join('\n')}\n`);
  const told = changedAnswers(folder, [held]);
  return told.length === 1 && told[0]?.startsWith('round 4') ? undefined : `told: ${told.join(' / ').slice(0, 300)}`;
}

/** What a program says before, between or behind its answers. */
const BANNERS: Readonly<Record<string, string>> = {
  'a banner': 'Loading checkpoint shards: 100%',
  'a coloured banner': '\u001b[32mready\u001b[0m',
  'a log line in JSON': '{"level":"info","msg":"ready"}',
  'a number': '42',
  'a warning': '/site-packages/x.py:3: UserWarning: deprecated',
  'a long line': 'm'.repeat(100_000),
  'a bell': '\u0007done',
};

async function quoteBanner(folder: string, banner: string, before: number): Promise<string | undefined> {
  const lines = GOOD.toSpliced(before, 0, banner);
  writeFileSync(join(folder, 'lines.txt'), lines.join('\n'));
  const logFile = join(folder, 'log');
  const oracle = createCommandOracle({
    command: ['cat', join(folder, 'lines.txt')],
    timeoutSeconds: 60,
    dir: folder,
    logFile,
    readTexts,
    signal: new AbortController().signal,
  });
  const message = await oracle.answer(BATCH).then(() => 'it was accepted', messageOf);
  const begin = JSON.stringify(banner.slice(0, 10)).slice(1, -1).replaceAll('\\"', '"').replaceAll('\\n', '');
  if (!message.startsWith(`Cannot read answer ${before + 1} of 'cat': `)) return `no number: ${message.slice(0, 200)}`;
  if (!message.includes(`"${begin}`)) return `the line is not quoted: ${message.slice(0, 200)}`;
  if (message.length > 800 || /\p{Cc}/u.test(message)) return `raw or uncut: ${message.slice(0, 200)}`;
  const kept = join(folder, 'round-004.answers.jsonl');
  const answers = existsSync(kept) ? readFileSync(kept, 'utf8').split('\n').filter(Boolean) : [];
  return answers.length === before ? undefined : `${answers.length} answers were kept`;
}

/** Answers of people and programs that are mistyped, half written, changed afterwards, or no answers. */
export const answers: AttackSource = {
  name: 'answers',
  attacks: async () => [
    ...Object.keys(WRONG).flatMap((name) =>
      PLACES.map(
        (place): Attack => ({
          name: `${name}, ${place}`,
          run: (folder) => waitOnWrongLine(folder, name, place),
        }),
      ),
    ),
    ...Object.keys(CHANGES).map(
      (name): Attack => ({ name: `changed: ${name}`, run: (folder) => tellChange(folder, name) }),
    ),
    ...Object.keys(WRONG).map(
      (name): Attack => ({ name: `changed: ${name}`, run: (folder) => tellTypo(folder, name) }),
    ),
    ...Object.entries(BANNERS).flatMap(([name, banner]) =>
      [0, 2, 4].map(
        (before): Attack => ({
          name: `a program's ${name} before answer ${before}`,
          run: (folder) => quoteBanner(folder, banner, before),
        }),
      ),
    ),
  ],
};
