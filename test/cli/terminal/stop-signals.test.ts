import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { runAndStrike } from '../../support/struck-run.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

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
  for await (const line of run.iterable({ from: 'stderr' })) if (line.includes(' round 1  labels ')) run.kill(signal);
  return run;
}

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGUSR1', 75],
  ['SIGUSR2', 75],
] as const)('%s lets the step end, ends the run with status %i and leaves it resumable', async (signal, status) => {
  const stopped = await runAndStop(signal, signal);
  expect({ status: stopped.exitCode, stdout: stopped.stdout.split('\n').length }).toEqual({ status, stdout: 1 });
  expect(stopped.stderr).toContain(`${signal}: stopping after this step`);
  expect(stopped.stderr.split('\n').at(-1)).toMatch(
    /^error: Cannot finish run .*`balpm resume .*` is needed to go on$/,
  );
  const root = join(scratch.path, 'runs', signal);
  expect(existsSync(join(root, 'PAUSED'))).toBe(true);
  const resumed = await balpm(['resume', root, '--json']);
  expect(resumed.status).toBe(0);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ status: 'done', rounds: 10, labels: 88 });
});

/** Sends a command in a long step one signal after the other, ends the step, and gives what it said and its status. */
async function send(signals: readonly NodeJS.Signals[]): Promise<{ said: string[]; status: number | undefined }> {
  const fixture = join(ROOT, 'test/cli/fixtures/stop-listener.ts');
  const command = execa(process.execPath, ['--import', 'tsx', fixture], { reject: false, stdin: 'pipe' });
  const left = [...signals];
  const said: string[] = [];
  for await (const line of command.iterable()) {
    if (!line.startsWith('heard ')) said.push(line);
    else if (left.length > 0) command.kill(left.shift());
    else command.stdin.end();
  }
  return { said, status: (await command).exitCode };
}

describe('listenForStop()', () => {
  const askedBy = (name: string): string[] => [
    `${name}: stopping after this step; again to stop now`,
    `stop for ${name}`,
  ];
  const warned = ['SIGUSR2: stopping after this step', 'stop for SIGUSR2'];
  const saved = (name: string): string => `${name}: the step is ended and saved all the same`;

  it.each([
    { signals: ['SIGTERM'], said: [...askedBy('SIGTERM'), 'terminated'], status: 143 },
    { signals: ['SIGHUP'], said: askedBy('SIGHUP'), status: 129 },
    { signals: ['SIGUSR1'], said: askedBy('SIGUSR1'), status: 75 },
    { signals: ['SIGUSR2'], said: warned, status: 75 },
    { signals: ['SIGCONT'], said: [], status: 0 },
    { signals: ['SIGUSR2', 'SIGCONT', 'SIGUSR2'], said: [...warned, saved('SIGUSR2')], status: 75 },
    { signals: ['SIGUSR2', 'SIGTERM', 'SIGCONT'], said: [...warned, saved('SIGTERM'), 'terminated'], status: 75 },
    {
      signals: ['SIGCONT', 'SIGUSR2', 'SIGUSR2', 'SIGTERM', 'SIGTERM', 'SIGUSR2'],
      said: [...warned, saved('SIGUSR2'), 'terminated'],
      status: 75,
    },
    {
      signals: ['SIGTERM', 'SIGCONT', 'SIGUSR2'],
      said: [...askedBy('SIGTERM'), 'terminated', saved('SIGUSR2')],
      status: 143,
    },
  ] as const)('lets the step end after $signals', async ({ signals, said, status }) => {
    expect(await send(signals)).toEqual({ said, status });
  });

  it.each([
    [['SIGTERM', 'SIGTERM'], 143],
    [['SIGINT', 'SIGTERM'], 143],
    [['SIGUSR1', 'SIGTERM'], 143],
    [['SIGTERM', 'SIGUSR2', 'SIGTERM'], 143],
    [['SIGUSR2', 'SIGINT'], 130],
    [['SIGUSR2', 'SIGHUP'], 129],
    [['SIGUSR2', 'SIGUSR1'], 75],
    [['SIGUSR2', 'SIGTERM', 'SIGINT'], 130],
  ] as const)('ends the process at once after %j, with status %i', async (signals, status) => {
    const first = signals[0];
    const { said, status: ended } = await send([...signals, 'SIGCONT']); // which nobody is left to hear
    expect(ended).toBe(status);
    expect(said.filter((line) => line.startsWith('stop for'))).toEqual([`stop for ${first}`]);
  });
});

describe('a run all of whose processes get a signal at once', () => {
  const runs = join(scratch.path, 'runs');
  const digestOf = async (id: string): Promise<string> => (await balpm(['runs', 'digest', join(runs, id)])).stdout;
  const ROUNDS = 'rounds=12'; // enough of them left at each of these instants, however late the signal is sent
  let digest: string;

  beforeAll(async () => {
    expect((await balpm(['run', '-c', config, '--id', 'whole', ROUNDS])).status).toBe(0);
    digest = await digestOf('whole');
  });

  it.each([
    { signal: 'SIGTERM', status: 143, after: 1 },
    { signal: 'SIGTERM', status: 143, after: 9 },
    { signal: 'SIGUSR2', status: 75, after: 7 },
    { signal: 'SIGHUP', status: 129, after: 5 },
  ] as const)(
    'keeps its worker, saves its step and goes on to the same end ($signal after event $after)',
    async (given) => {
      const { signal, status, after } = given;
      const id = `all-${signal}-${after}`;
      const stopped = await runAndStrike(['run', '-c', config, '--id', id, ROUNDS], {
        log: join(runs, id, 'events.jsonl'),
        isTime: (lines) => lines.length >= after,
        victim: 'both',
        signal,
      });
      expect(stopped).toMatchObject({ hit: true, status, stderr: expect.stringContaining(`${signal}: stopping`) });
      expect(stopped.stderr).not.toMatch(/worker/);
      expect(existsSync(join(runs, id, 'PAUSED'))).toBe(true);
      expect((await balpm(['resume', join(runs, id)])).status).toBe(0);
      expect(await digestOf(id)).toBe(digest);
    },
  );
});
