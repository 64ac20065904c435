import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStream } from '../../src/random/stream.ts';
import { balpm, makeScratch, ROOT } from '../support/balpm.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';

const KILLS_OF_ORCHESTRATOR = 18;
const KILLS_OF_WORKER = 14;

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
const runs = join(scratch.path, 'runs');
const stream = openStream(['kill-and-resume']);
let whole = { digest: '', wallMs: 0, events: 0 };

const eventsOf = (id: string): string => join(runs, id, 'events.jsonl');
const countEvents = (id: string): number =>
  existsSync(eventsOf(id)) ? readFileSync(eventsOf(id), 'utf8').split('\n').length - 1 : 0;
const digestOf = async (id: string): Promise<string> => (await balpm(['runs', 'digest', join(runs, id)])).stdout;

beforeAll(async () => {
  const begun = performance.now();
  expect((await balpm(['run', '-c', config, '--id', 'whole'])).status).toBe(0);
  whole = { digest: await digestOf('whole'), wallMs: performance.now() - begun, events: countEvents('whole') };
});
afterAll(scratch.remove);

describe('a run that is killed', () => {
  test.each(Array.from({ length: KILLS_OF_ORCHESTRATOR }, (_value, index) => index))(
    'ends with the digest of an uninterrupted one (orchestrator, instant %i)',
    async (index) => {
      const id = `orchestrator-${index}`;
      const timeout = Math.max(1, Math.floor(stream.uniform() * whole.wallMs));
      await execa(process.execPath, [join(ROOT, 'dist/main.js'), 'run', '-c', config, '--id', id], {
        timeout,
        killSignal: 'SIGKILL',
        reject: false,
        stdio: 'ignore',
      });
      await finish(id);
      expect(await digestOf(id)).toBe(whole.digest);
    },
  );

  test.each(Array.from({ length: KILLS_OF_WORKER }, (_value, index) => index))(
    'ends with the digest of an uninterrupted one (worker, event %i)',
    async (index) => {
      const id = `worker-${index}`;
      const after = 1 + stream.below(whole.events - 1);
      const { status, stderr } = await runAndKillWorker(id, after);
      expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.not.stringContaining('error:') });
      expect(await digestOf(id)).toBe(whole.digest);
      expect(readdirSync(join(runs, id))).not.toContain('work');
    },
  );
});

async function finish(id: string): Promise<void> {
  const { status, stderr } = await balpm(['run', '-c', config, '--id', id, '--or-resume']);
  expect(stderr).not.toContain('error:');
  expect(status).toBe(0);
  expect(readdirSync(join(runs, id))).toContain('DONE');
  expect(readdirSync(join(runs, id))).not.toContain('LOCK');
}

/** Runs until `after` events are on disk, then kills the worker: right in the middle of the next step. */
async function runAndKillWorker(id: string, after: number): Promise<{ status: number | undefined; stderr: string }> {
  const run = execa(process.execPath, [join(ROOT, 'dist/main.js'), 'run', '-c', config, '--id', id], {
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
  });
  const followed = execa('tail', ['-n', '+1', '-F', eventsOf(id)], { reject: false, stderr: 'ignore' });
  void killAfter(followed, after, run.pid as number);
  const { exitCode, stderr } = await run;
  followed.kill();
  return { status: exitCode, stderr };
}

async function killAfter(lines: AsyncIterable<unknown>, after: number, orchestrator: number): Promise<void> {
  let seen = 0;
  for await (const line of lines) {
    if (line === '' || ++seen !== after) continue;
    for (const pid of childrenOf(orchestrator)) process.kill(pid, 'SIGKILL');
  }
}

/** Processes whose parent is `parent`. */
function childrenOf(parent: number): number[] {
  return readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}
