import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { balpm, type Called, ROOT } from './balpm.ts';
import { writeTinyConfig } from './tiny-config.ts';

/** Words that run what follows them in namespaces of their own: other host names, numbers of processes, mounts. */
export const NAMESPACES = {
  plain: [],
  host: ['unshare', '--uts', 'sh', '-c', 'hostname other; exec "$@"', '-'],
  processes: ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
  'processes, /proc of outside': ['unshare', '--pid', '--fork', '--kill-child'],
  mounts: ['unshare', '--mount'],
  container: ['unshare', '--uts', '--ipc', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'],
} as const satisfies Record<string, readonly string[]>;
export type Namespace = keyof typeof NAMESPACES;

/** A run whose labels come from a program that waits, so that its owner lives for as long as one likes. */
export interface HeldRun {
  readonly directory: string;
  readonly root: string;
  readonly events: string;
  readonly lock: string;
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
export const HELD_ID = 'held';
const LIMIT_MS = 60_000;

/** Prepares a run in `directory`; nothing is started yet. */
export function prepareHeldRun(directory: string, extra = ''): HeldRun {
  const root = join(directory, 'runs', HELD_ID);
  const judge = join(directory, 'judge.sh');
  const [hold, fail] = [join(directory, 'hold'), join(directory, 'fail')];
  writeFileSync(hold, '');
  writeFileSync(
    judge,
    `#!/bin/sh\nwhile [ -e '${hold}' ]; do sleep 0.05; done\n[ -e '${fail}' ] && exit 9\nsed -E 's/^.*"id":"([^"]*)".*$/{"id":"\\1","preferred":"a"}/'\n`,
  );
  chmodSync(judge, 0o755);
  writeTinyConfig(directory, `oracle: { type: command, command: ["${judge}"] }\n${extra}`);
  return {
    directory,
    root,
    events: join(root, 'events.jsonl'),
    lock: join(root, 'LOCK'),
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
  const args = ['run', '-c', join(run.directory, 'tiny.yaml'), 'rounds=1', '--id', HELD_ID, '--or-resume'];
  let isOver = false;
  const ended = callWithin(namespace, args, env).finally(() => {
    isOver = true;
  });
  const begun = performance.now();
  while (!(isOver || isAsked(run)) && performance.now() - begun < LIMIT_MS) await setTimeout(10);
  if (isOver || !isAsked(run)) throw new Error(`the owner did not come to its program: ${(await ended).stderr}`);
  return { signal: (name) => signalOwner(run, name), ended };
}

const isAsked = ({ events }: HeldRun): boolean =>
  existsSync(events) && readFileSync(events, 'utf8').includes('"batch.selected"');

/** The process whose environment names this run, whatever number it has for itself. */
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

/** Whether namespaces can be made here; says why not. */
export function canMakeNamespaces(): boolean {
  const { status, stderr } = spawnSync('unshare', ['--uts', '--pid', '--fork', '--mount-proc', 'true'], {
    encoding: 'utf8',
  });
  if (status !== 0) process.stderr.write(`skipped: namespaces cannot be made (${stderr ?? 'no unshare'})\n`);
  return status === 0;
}
