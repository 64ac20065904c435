import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { ROOT } from './balpm.ts';
import { strike, type Victim } from './processes.ts';

/** When to send which processes of a run a signal. */
export interface Strike {
  /** The run's event log; it need not exist yet. */
  readonly log: string;
  /** Whether its whole lines call for the kill. */
  readonly isTime: (lines: readonly string[]) => boolean;
  readonly victim: Victim;
  /** What they get: SIGKILL unless set. */
  readonly signal?: NodeJS.Signals;
}

/** How a run ended that was to be struck. */
export interface Struck {
  /** Whether the run was still there at that instant, and so was a victim. */
  readonly hit: boolean;
  /** Exit status; undefined after a signal. */
  readonly status: number | undefined;
  readonly stderr: string;
}

/** Runs the built command line and sends the signal as soon as its event log says so, at most once. */
export async function runAndStrike(args: readonly string[], { log, isTime, victim, signal }: Strike): Promise<Struck> {
  const run = execa(process.execPath, [join(ROOT, 'dist/main.js'), ...args], {
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    env: { NO_COLOR: '1' },
  });
  const ended = run.then(() => true);
  let isOver = false;
  while (!(isOver || isTime(wholeLines(log)))) isOver = await Promise.race([ended, setTimeout(5, false)]);
  const hit = !isOver && strike(victim, run.pid as number, signal);
  const { exitCode, stderr } = await run;
  return { hit, status: exitCode, stderr };
}

/** Tells the time at which a run has `type` of round 1 on disk. */
export const hasOfRoundOne =
  (type: string) =>
  (lines: readonly string[]): boolean =>
    lines.some((line) => line.includes(`"type":"${type}"`) && /"round":1[,}]/.test(line));

function wholeLines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}
