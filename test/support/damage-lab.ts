import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join, relative } from 'node:path';
import { execa } from 'execa';
import type { Called } from './balpm.ts';
import { ROOT } from './balpm.ts';
import { DAMAGES } from './damage.ts';
import { writeTinyConfig } from './tiny-config.ts';

export type State = 'finished' | 'half';

/** One file of a run, or one that a run reads, and what happens to it. */
export interface DamageCase {
  readonly state: State;
  /** Relative to the directory of runs. */
  readonly file: string;
  readonly damage: string;
}

/** A place where runs are damaged, one after the other. */
export interface DamageLab {
  readonly cases: readonly DamageCase[];
  /** What went wrong, each in a sentence; and what `balpm resume` did. */
  readonly examine: (given: DamageCase) => Promise<{ readonly faults: readonly string[]; readonly outcome: string }>;
}

const LIMIT_MS = 60_000;
/** Wrong use, unwritable place, bad data: failures a person can act on. */
const TYPED = [2, 3, 4];
const ID = 'whole';

/** Makes a finished run and one that was killed half-way in `directory`. */
export async function openDamageLab(directory: string): Promise<DamageLab> {
  const runs = join(directory, 'runs');
  const config = writeTinyConfig(directory);
  const root = join(runs, ID);
  const made = await call(['run', '-c', config, '--id', ID]);
  if (made.status !== 0) throw new Error(made.stderr);
  writeFileSync(join(root, 'log.jsonl'), '{"time":"2026-01-01T00:00:00.000Z","message":"a note"}\n');
  const store = (state: State): string => join(directory, state);
  cpSync(runs, store('finished'), { recursive: true });
  makeHalf(root);
  cpSync(runs, store('half'), { recursive: true });
  const restore = (state: State): void => {
    rmSync(runs, { recursive: true });
    cpSync(store(state), runs, { recursive: true });
  };
  restore('finished');
  const right = await answersOf(root);
  return {
    cases: (['finished', 'half'] as const).flatMap((state) =>
      listFiles(store(state)).flatMap((file) => DAMAGES.map(({ name }) => ({ state, file, damage: name }))),
    ),
    examine: async ({ state, file, damage }) => {
      restore(state);
      DAMAGES.find(({ name }) => name === damage)?.apply(join(runs, file));
      const resumed = await call(['resume', root]);
      const faults = faultsOf('resume', resumed, file);
      if (resumed.status === 0 || state === 'finished') {
        faults.push(...(await wrongAnswers(root, file, right)));
      }
      faults.push(...faultsOf('runs ls', await call(['runs', 'ls', runs]), file));
      if (resumed.status !== 0) faults.push(...(await stillResumable(file, state)));
      return { faults, outcome: resumed.status === 0 ? 'resumed' : resumed.stderr };
    },
  };

  /** With the file as it was, a run that was refused goes on to the same end. */
  async function stillResumable(file: string, state: State): Promise<string[]> {
    rmSync(join(runs, file), { recursive: true, force: true });
    cpSync(join(store(state), file), join(runs, file));
    const { status, stderr } = await call(['resume', root]);
    if (status !== 0) return [`it cannot go on with the file as it was: ${stderr}`];
    return wrongAnswers(root, file, right);
  }
}

/** Where a command says something else than of the undamaged run, without an error that names the file. */
async function wrongAnswers(root: string, file: string, right: readonly Called[]): Promise<string[]> {
  const faults: string[] = [];
  for (const [index, args] of readers(root).entries()) {
    const read = await call(args);
    if (read.stderr !== right[index]?.stderr) faults.push(...faultsOf(args.join(' '), read, file));
    if (read.status === 0 && read.stdout !== right[index]?.stdout) faults.push(`${args[0]} says something else`);
  }
  return faults;
}

/** Commands whose answers must not change. */
const readers = (root: string): readonly (readonly string[])[] => [
  ['runs', 'digest', root],
  ['compare', root, '--json'],
  ['report', root, '--out', join(root, '..', '..', 'report')],
];

async function answersOf(root: string): Promise<Called[]> {
  const answers: Called[] = [];
  for (const args of readers(root)) answers.push(await call(args));
  return answers;
}

/** As `kill -9` leaves a run: some rounds are missing, and so is the ending; the lock is still there. */
function makeHalf(root: string): void {
  const events = join(root, 'events.jsonl');
  const lines = readFileSync(events, 'utf8').split('\n').slice(0, 9);
  writeFileSync(events, `${lines.join('\n')}\n`);
  rmSync(join(root, 'DONE'));
  writeFileSync(join(root, 'LOCK'), JSON.stringify({ pid: 2 ** 22, host: hostname(), started: '1' }));
}

function listFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(directory, name)).isFile())
    .map((name) => relative(directory, join(directory, name)))
    .sort();
}

function faultsOf(what: string, { status, stderr }: Called, file: string): string[] {
  const errors = stderr.split('\n').filter((line) => line.startsWith('error:'));
  if (status === undefined) return [`${what} hangs`];
  if (/\n\s+at |fault of balpm/.test(stderr)) return [`${what} shows its inside: ${stderr}`];
  if (status === 0) return [];
  if (!TYPED.includes(status) || errors.length !== 1) return [`${what} ends with status ${status}: ${stderr}`];
  return errors[0]?.includes(nameOf(file)) ? [] : [`${what} does not name '${file}': ${stderr}`];
}

/** A run whose identity is lost is named by its directory. */
const nameOf = (file: string): string => (basename(file) === 'run.json' ? ID : basename(file));

async function call(args: readonly string[]): Promise<Called> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [join(ROOT, 'dist/main.js'), ...args], {
    reject: false,
    stdin: 'ignore',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
    env: { NO_COLOR: '1' },
  });
  return { status: exitCode, stdout, stderr };
}
