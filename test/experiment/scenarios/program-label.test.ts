import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDataset } from '../../../src/data/dataset.ts';
import { readLabels } from '../../../src/data/read-labels.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { editLabels } from '../../support/edit-labels.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';
import { isRunning } from '../../worker/test-worker.ts';

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
const runs = join(scratch.path, 'runs');
const asked = join(scratch.path, 'asked.jsonl');
afterAll(scratch.remove);

/** Writes a program that answers as the dataset would, from a table of truth, and does `more` for every item. */
function writeProgram(name: string, more = ''): string {
  const path = join(scratch.path, name);
  writeFileSync(
    path,
    `const fs = require('fs');
const truth = JSON.parse(fs.readFileSync(${JSON.stringify(join(scratch.path, 'truth.json'))}, 'utf8'));
for (const line of fs.readFileSync(0, 'utf8').split('\\n').filter(Boolean)) {
  const { id } = JSON.parse(line);
  ${more}
  fs.appendFileSync(${JSON.stringify(asked)}, id + '\\n');
  fs.writeSync(1, JSON.stringify({ id, preferred: truth[id] }) + '\\n');
}
`,
  );
  return path;
}

const withProgram = (id: string, program: string): string[] => [
  'run',
  '-c',
  config,
  '--id',
  id,
  'oracle.type=command',
  `oracle.command=["${process.execPath}", "${program}"]`,
];

/** Events after the first: they must not tell who answered. */
const eventsOf = (id: string) =>
  readEvents(join(runs, id, 'events.jsonl'))
    .slice(1)
    .map(({ time: _time, seconds: _seconds, ...event }) => event);
const askedIds = (): string[] => readFileSync(asked, 'utf8').trim().split('\n');

beforeAll(async () => {
  expect((await balpm(['run', '-c', config, '--id', 'simulated'])).status).toBe(0);
  const { dataset } = JSON.parse(readFileSync(join(runs, 'simulated', 'data.json'), 'utf8')) as {
    dataset: { path: string };
  };
  const read = await readDataset(dataset.path);
  const sides = (await readLabels(read)).get('train')?.probabilities;
  const ids = read.splits.get('train')?.ids ?? [];
  const truth = Object.fromEntries(ids.map((id, index) => [id, sides?.[index] === 1 ? 'a' : 'b']));
  writeFileSync(join(scratch.path, 'truth.json'), JSON.stringify(truth));
});

test('a run labelled by a program picks what a simulated one picks, and asks for every item once', async () => {
  writeFileSync(asked, '');
  const { status, stderr } = await balpm(
    withProgram('program', writeProgram('answer.cjs', 'console.error("asked", id);')),
  );
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(eventsOf('program')).toEqual(eventsOf('simulated'));
  expect(askedIds()).toHaveLength(40);
  expect(new Set(askedIds()).size).toBe(40);
  expect(readdirSync(join(runs, 'program', 'labels'))).toContain('round-003.answers.jsonl');
  expect(readFileSync(join(runs, 'program', 'oracle.log'), 'utf8').split('\n')).toHaveLength(41);
});

test('a run whose program died goes on from any directory, and asks only for what is missing', async () => {
  writeFileSync(asked, '');
  const program = writeProgram(
    'dying.cjs',
    'if (fs.readFileSync(__filename + ".left", "utf8") === id) process.exit(7);',
  );
  const fifth = eventsOf('simulated').flatMap((event) => (event.type === 'batch.selected' ? event.ids : []))[20] ?? '';
  writeFileSync(`${program}.left`, fifth);
  const died = await balpm(
    ['run', '-c', config, '--id', 'died', 'oracle.type=command', `oracle.command=${process.execPath} dying.cjs`],
    { cwd: scratch.path },
  );
  expect(died).toMatchObject({ status: 4 });
  expect(died.stderr).toMatch(
    /error: Cannot label round 1 with '.*', which printed 4 of 8 labels: it exited with status 7/,
  );
  writeFileSync(`${program}.left`, '');
  expect((await balpm(['resume', join(runs, 'died')])).status).toBe(0);
  expect(eventsOf('died')).toEqual(eventsOf('simulated'));
  expect(askedIds()).toHaveLength(40);
  expect(new Set(askedIds()).size).toBe(40);
});

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a run that ends by %s while its program works loses no answer',
  async (signal) => {
    writeFileSync(asked, '');
    const id = `ended-by-${signal}`;
    const gate = join(scratch.path, `${signal}.gate`);
    const more = `if (!fs.existsSync(${JSON.stringify(gate)}) && fs.readFileSync(${JSON.stringify(asked)}, 'utf8').split('\\n').length > 20) {
    fs.writeFileSync(${JSON.stringify(`${gate}.pid`)}, String(process.pid));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }`;
    const args = withProgram(id, writeProgram(`${signal}.cjs`, more));
    const run = execa(process.execPath, [join(ROOT, 'dist/main.js'), ...args], {
      reject: false,
      stdio: 'ignore',
      forceKillAfterDelay: false,
    });
    await expect.poll(() => existsSync(`${gate}.pid`), { timeout: 60_000 }).toBe(true);
    const answers = join(runs, id, 'labels', 'round-001.answers.jsonl');
    await expect.poll(() => readFileSync(answers, 'utf8').split('\n').length, { timeout: 30_000 }).toBe(5);
    run.kill(signal);
    const { exitCode } = await run;
    const pid = Number(readFileSync(`${gate}.pid`, 'utf8'));
    if (signal === 'SIGKILL')
      process.kill(pid, 'SIGKILL'); // nobody is left to end it
    else {
      expect(exitCode).toBe(143);
      expect(readdirSync(join(runs, id))).toContain('PAUSED');
    }
    await expect.poll(() => isRunning(pid), { timeout: 30_000 }).toBe(false);
    writeFileSync(gate, '');
    expect((await balpm([...args, '--or-resume'])).status).toBe(0);
    expect(eventsOf(id)).toEqual(eventsOf('simulated'));
    expect(askedIds()).toHaveLength(40);
    expect(new Set(askedIds()).size).toBe(40);
  },
);

test('a program may label a pool without labels', async () => {
  const [world, bare] = [join(scratch.path, 'world'), join(scratch.path, 'bare')];
  expect((await balpm(['data', 'synth', '-c', config, '--out', world])).status).toBe(0);
  editLabels(world, bare, (label) => (label.id.startsWith('train-') ? null : label));
  const data = ['~data', 'data.type=directory', `data.dataset=${bare}`, `data.store=${join(bare, 'features')}`];
  const { status, stderr } = await balpm([...withProgram('bare', writeProgram('bare.cjs')), ...data]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(eventsOf('bare')).toEqual(eventsOf('simulated'));
});

test('a program that is not there is told with status 3, one that is not named with status 2', async () => {
  const missing = await balpm([
    'run',
    '-c',
    config,
    '--id',
    'missing',
    'oracle.type=command',
    'oracle.command=no-such-judge --fast',
  ]);
  expect(missing).toMatchObject({ status: 3 });
  expect(missing.stderr).toMatch(/error: Cannot run oracle.command 'no-such-judge': the program does not exist/);
  const unnamed = await balpm(['run', '-c', config, '--id', 'unnamed', 'oracle.type=command']);
  expect(unnamed).toMatchObject({ status: 2 });
  expect(unnamed.stderr).toMatch(/error: Cannot use config key 'oracle.command' .*missing/);
  const blank = await balpm(['run', '-c', config, '--id', 'blank', 'oracle.type=command', "oracle.command='  '"]);
  expect(blank).toMatchObject({ status: 2 });
});
