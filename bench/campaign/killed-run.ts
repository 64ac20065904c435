import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { ROOT } from '../../test/support/balpm.ts';
import { strike, type Victim } from '../../test/support/processes.ts';
import { MARK, markedProcesses, ownEntries, unfinishedFiles } from './left-behind.ts';

/** One kill: of whom, and when after the start. */
export interface Kill {
  readonly index: number;
  readonly victim: Victim;
  readonly afterMs: number;
}

/** What became of the run. */
export interface Aftermath extends Kill {
  /** Whether the victim was alive at that instant. */
  readonly hit: boolean;
  /** Exit status of the run that was hit; null for a signal. */
  readonly status: number | null;
  readonly digest: string;
  /** What still lay or ran there before the resume, and after it. */
  readonly orphans: number;
  readonly processes: number;
  readonly sockets: readonly string[];
  readonly files: readonly string[];
  readonly fault: string | null;
}

/** A place for killed runs, each with a socket directory and temporary files of its own. */
export interface Lane {
  readonly directory: string;
  readonly config: string;
}

const GONE_MS = 10_000;

/** Starts a run, kills, resumes until it is done, and looks for what is left. */
export async function killAndResume({ directory, config }: Lane, kill: Kill): Promise<Aftermath> {
  const id = `k${kill.index}`;
  const runtime = join(directory, 'x');
  const temporary = join(directory, 't');
  for (const path of [runtime, temporary]) mkdirSync(path, { recursive: true });
  const mark = `${directory}/${id}`;
  const env = { NO_COLOR: '1', XDG_RUNTIME_DIR: runtime, TMPDIR: temporary, [MARK]: mark };
  const run = balpm(['run', '-c', config, '--id', id, '--or-resume'], env);
  await setTimeout(kill.afterMs);
  const hit = strike(kill.victim, run.pid as number);
  const { exitCode } = await run;
  const orphans = await stillMarked(mark);
  const resumed = await resume(config, id, env);
  const digest = (await balpm(['runs', 'digest', join(directory, 'runs', id)], env)).stdout;
  return {
    ...kill,
    hit,
    status: exitCode ?? null,
    digest,
    orphans,
    processes: await stillMarked(mark),
    sockets: [...ownEntries(runtime), ...ownEntries(temporary)],
    files: unfinishedFiles(join(directory, 'runs')),
    fault: resumed,
  };
}

/** Null when the run is done, else what it said. */
async function resume(config: string, id: string, env: Record<string, string>): Promise<string | null> {
  const { exitCode, stderr } = await balpm(['run', '-c', config, '--id', id, '--or-resume'], env);
  return exitCode === 0 ? null : `status ${exitCode}: ${stderr}`;
}

const balpm = (args: readonly string[], env: Record<string, string>) =>
  execa(process.execPath, [join(ROOT, 'dist/main.js'), ...args], { reject: false, stdin: 'ignore', env });

/** How many processes of the run do not go away by themselves. */
async function stillMarked(mark: string): Promise<number> {
  const limit = performance.now() + GONE_MS;
  while (markedProcesses(mark).length > 0 && performance.now() < limit) await setTimeout(50);
  return markedProcesses(mark).length;
}
