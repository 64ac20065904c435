import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStream } from '../../../src/random/stream.ts';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { runAndStrike } from '../../support/struck-run.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const KILLS_OF_ORCHESTRATOR = 18;
const KILLS_OF_WORKER = 14;

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
const runs = join(scratch.path, 'runs');
const stream = openStream(['kill-and-resume']);
let hits = 0;
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
      const { hit, status, stderr } = await runAndStrike(['run', '-c', config, '--id', id], {
        log: eventsOf(id),
        isTime: (lines) => lines.length >= after,
        victim: 'worker',
      });
      if (hit) hits += 1;
      expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.not.stringContaining('error:') });
      expect(await digestOf(id)).toBe(whole.digest);
      expect(readdirSync(join(runs, id))).not.toContain('work');
    },
  );

  test('had a worker to lose in more than half of these kills', () => {
    expect(hits).toBeGreaterThan(KILLS_OF_WORKER / 2);
  });
});

async function finish(id: string): Promise<void> {
  const { status, stderr } = await balpm(['run', '-c', config, '--id', id, '--or-resume']);
  expect(stderr).not.toContain('error:');
  expect(status).toBe(0);
  expect(readdirSync(join(runs, id))).toContain('DONE');
  expect(readdirSync(join(runs, id))).not.toContain('LOCK');
}
