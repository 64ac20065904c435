import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { balpm, type Called, ROOT } from './balpm.ts';
import { writeTinyConfig } from './tiny-config.ts';

/** A run whose labels come from a program that waits, so that its owner lives for as long as one likes. */
export interface HeldRun {
  readonly directory: string;
  readonly root: string;
  readonly events: string;
  readonly lock: string;
  /** Words that begin the run, or go on with it. */
  readonly command: readonly string[];
  /** Runs a command of balpm to its end, in namespaces of its own. */
  readonly call: (args: readonly string[], namespace?: readonly string[], env?: Environment) => Promise<Called>;
  /** Lets the program answer, or fail. */
  readonly letGo: (how?: 'answer' | 'fail') => void;
}

/** The process that works on a held run. */
export interface Owner {
  /** Signals balpm itself, not what wraps it. */
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<Called>;
}

type Environment = Readonly<Record<string, string>>;
const HELD_ID = 'held';
const ASKED = 'asked';
const LIMIT_MS = 60_000;

/** Prepares a run in `directory`; nothing is started yet. */
export function prepareHeldRun(directory: string, extra = ''): HeldRun {
  const root = join(directory, 'runs', HELD_ID);
  const judge = join(directory, 'judge.sh');
  const [hold, fail, asked] = ['hold', 'fail', ASKED].map((name) => join(directory, name)) as [string, string, string];
  writeFileSync(hold, '');
  writeFileSync(
    judge,
    `#!/bin/sh\ntouch '${asked}'\nwhile [ -e '${hold}' ]; do sleep 0.05; done\n[ -e '${fail}' ] && exit 9\nsed -E 's/^.*"id":"([^"]*)".*$/{"id":"\\1","preferred":"a"}/'\n`,
  );
  chmodSync(judge, 0o755);
  writeTinyConfig(directory, `oracle: { type: command, command: ["${judge}"] }\n${extra}`);
  return {
    directory,
    root,
    events: join(root, 'events.jsonl'),
    lock: join(root, 'LOCK'),
    command: ['run', '-c', join(directory, 'tiny.yaml'), 'rounds=1', '--id', HELD_ID, '--or-resume'],
    call: (args, namespace = [], env = {}) => callWithin(namespace, args, env),
    letGo: (how = 'answer') => {
      if (how === 'fail') writeFileSync(fail, '');
      else rmSync(fail, { force: true });
      rmSync(hold, { force: true });
    },
  };
}

/** Starts the run and waits until its program is asked; @throws Error with what it said when it ends before. */
export async function startOwner(
  run: HeldRun,
  namespace: readonly string[] = [],
  env: Environment = {},
): Promise<Owner> {
  const ended = callWithin(namespace, run.command, env);
  const over = ended.then(() => true);
  const begun = performance.now();
  let isOver = false;
  while (!(isOver || isAsked(run)) && performance.now() - begun < LIMIT_MS)
    isOver = await Promise.race([over, setTimeout(10, false)]);
  if (!isAsked(run)) throw new Error(`the owner did not come to its program: ${(await ended).stderr}`);
  return { signal: (name) => signalOwner(run, name), ended };
}

const isAsked = ({ directory }: HeldRun): boolean => existsSync(join(directory, ASKED));

/** The process whose command line names this run, whatever number it has for itself. */
function signalOwner({ directory }: HeldRun, name: NodeJS.Signals): void {
  const { stdout } = spawnSync('pgrep', ['-f', `^[^ ]*node .*dist/main.js .*${directory}/tiny.yaml`], {
    encoding: 'utf8',
  });
  for (const pid of stdout.split('\n').filter(Boolean)) process.kill(Number(pid), name);
}

async function callWithin(namespace: readonly string[], args: readonly string[], env: Environment): Promise<Called> {
  if (namespace.length === 0) return balpm(args, { env: { ...env } });
  const [program, ...words] = [...namespace, process.execPath, join(ROOT, 'dist/main.js'), ...args];
  const { exitCode, stdout, stderr } = await execa(program as string, words, {
    reject: false,
    stdin: 'ignore',
    cwd: ROOT,
    env: { NO_COLOR: '1', ...env },
  });
  return { status: exitCode, stdout, stderr };
}
