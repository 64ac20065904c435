import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const stubs = join(scratch.path, 'bin');
const JOB = { SLURM_JOB_ID: '7', SLURM_ARRAY_JOB_ID: '5', SLURM_ARRAY_TASK_ID: '2' };

/** A scontrol that notes how it was called and then does this. */
function stubScontrol(what: string): void {
  mkdirSync(stubs, { recursive: true });
  writeFileSync(join(stubs, 'scontrol'), `#!/bin/sh\necho "$@" >>'${stubs}/calls'\n${what}\n`);
  chmodSync(join(stubs, 'scontrol'), 0o755);
}

/** Runs in a job, warns it once its first round is told, and waits for its end. */
async function runWarned(id: string, env: Record<string, string>, ...flags: readonly string[]) {
  const run = execa(
    process.execPath,
    [join(ROOT, 'dist/main.js'), 'slurm', 'exec', ...flags, '--', 'run', '-c', config, '--id', id, 'rounds=20'],
    { reject: false, stdin: 'ignore', env: { PATH: `${stubs}:${process.env['PATH'] ?? ''}`, ...env } },
  );
  for await (const line of run.iterable({ from: 'stderr' }))
    if (line.includes(' round 1  labels ')) run.kill('SIGUSR2');
  return run;
}

test('a warned command puts its own element back into the queue, and waits for its end', async () => {
  stubScontrol('kill -TERM $PPID');
  const ended = await runWarned('warned', { ...JOB, SLURM_RESTART_COUNT: '4' });
  expect({ status: ended.exitCode, stderr: ended.stderr }).toMatchObject({ status: 75 });
  expect(ended.stderr).toContain('5_2 is back in the queue');
  expect(readFileSync(join(stubs, 'calls'), 'utf8')).toBe('requeue 5_2\n');
  expect(existsSync(join(scratch.path, 'runs/warned/PAUSED'))).toBe(true);
  const resumed = await balpm(['resume', join(scratch.path, 'runs/warned'), '--json']);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ status: 'done', rounds: 20 });
});

test('a controller that does not answer at first is asked again', async () => {
  const tried = join(scratch.path, 'tried');
  stubScontrol(`[ -e '${tried}' ] || { touch '${tried}'; echo 'Unable to contact slurm controller' >&2; exit 1; }
kill -TERM $PPID`);
  const ended = await runWarned('busy', JOB);
  expect({ status: ended.exitCode, stderr: ended.stderr }).toMatchObject({ status: 75 });
  expect(ended.stderr).toContain('5_2 is back in the queue');
});

test.each([
  ['no-job', {}, [], 'there is no job to requeue'],
  ['cap', { ...JOB, SLURM_RESTART_COUNT: '3' }, ['--restarts', '3'], 'it has restarted 3 times, and --restarts is 3'],
  [
    'disabled',
    JOB,
    [],
    'Cannot put job 5_2 back into the queue: scontrol failed and printed: Requested operation is presently disabled',
  ],
] as const)('%s: a warned command ends with status 75 and says what to do', async (id, env, flags, reason) => {
  stubScontrol('echo "Requested operation is presently disabled" >&2; exit 1');
  const ended = await runWarned(id, env, ...flags);
  expect({ status: ended.exitCode, stderr: ended.stderr }).toMatchObject({ status: 75 });
  expect(ended.stderr).toContain(`the job cannot requeue itself: ${reason}`);
  expect(ended.stderr).toContain('submit the script again to continue');
});

test('a command that is not warned ends as it would without a job', async () => {
  const done = await balpm(['slurm', 'exec', '--', 'run', '-c', config, '--id', 'plain', '--json'], { env: JOB });
  expect(done).toMatchObject({ status: 0 });
  expect(JSON.parse(done.stdout)).toMatchObject({ status: 'done', rounds: 4 });
  const again = ['slurm', 'exec', '--', 'run', '-c', config, '--id', 'plain'];
  expect((await balpm([...again, '--or-resume'], { env: JOB })).status).toBe(0);
  expect((await balpm(again, { env: JOB })).status).toBe(2);
});

test.each([
  [['slurm', 'exec'], 'missing required argument'],
  [['slurm', 'exec', '--', 'run', '--roundz'], "unknown option '--roundz'"],
  [['slurm', 'exec', '--', 'slurm', 'exec', '--', 'run'], "Cannot run 'slurm' under `slurm exec`: "],
  [['slurm', 'exec', '--restarts', 'many', '--', 'version'], 'many'],
])('balpm %j is refused', async (words, message) => {
  const refused = await balpm(words);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain(message);
});
