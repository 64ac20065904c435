import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { balpm, makeScratch, ROOT } from '../support/balpm.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);

/** Starts a run, signals it once its first round is told, and waits for its end. */
async function runAndStop(id: string, signal: NodeJS.Signals) {
  const run = execa(process.execPath, [join(ROOT, 'dist/main.js'), 'run', '-c', config, '--id', id, 'rounds=10'], {
    reject: false,
    forceKillAfterDelay: false, // a step may take its time
    stdin: 'ignore',
  });
  for await (const line of run.iterable({ from: 'stderr' })) if (line.includes(' round 1 ')) run.kill(signal);
  return run;
}

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGUSR1', 75],
] as const)('%s lets the step end, ends the run with status %i and leaves it resumable', async (signal, status) => {
  const stopped = await runAndStop(signal, signal);
  expect({ status: stopped.exitCode, stdout: stopped.stdout.split('\n').length }).toEqual({ status, stdout: 1 });
  expect(stopped.stderr).toContain(`${signal}: stopping after this step; again to stop now`);
  expect(stopped.stderr.split('\n').at(-1)).toMatch(
    /^error: Cannot finish run .*`balpm resume .*` is needed to go on$/,
  );
  const root = join(scratch.path, 'runs', signal);
  expect(existsSync(join(root, 'PAUSED'))).toBe(true);
  const resumed = await balpm(['resume', root, '--json']);
  expect(resumed.status).toBe(0);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ status: 'done', rounds: 10, labels: 88 });
});
