import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { openStream } from '../../../src/random/stream.ts';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { editLabels } from '../../support/edit-labels.ts';
import { writeOwnModel } from '../../support/own-model.ts';
import { hasOfRoundOne, runAndStrike } from '../../support/struck-run.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const KILLS = 4;

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
const runs = join(scratch.path, 'runs');
const overrides = writeOwnModel(scratch.path);
const stream = openStream(['own-model-kill']);
let whole = { digest: '', wallMs: 0 };
afterAll(scratch.remove);

const argumentsOf = (id: string): string[] => ['run', '-c', config, '--id', id, ...overrides];
const digestOf = async (id: string): Promise<string> => (await balpm(['runs', 'digest', join(runs, id)])).stdout;

beforeAll(async () => {
  const begun = performance.now();
  expect((await balpm(argumentsOf('whole'))).status).toBe(0);
  whole = { digest: await digestOf('whole'), wallMs: performance.now() - begun };
});

test.each(Array.from({ length: KILLS }, (_value, index) => index))(
  'a run with an own model ends with the same digest after a kill of the orchestrator, instant %i',
  async (index) => {
    const timeout = Math.max(1, Math.floor(stream.uniform() * whole.wallMs));
    const id = `orchestrator-${index}`;
    await execa(process.execPath, [join(ROOT, 'dist/main.js'), ...argumentsOf(id)], {
      timeout,
      killSignal: 'SIGKILL',
      reject: false,
      stdio: 'ignore',
    });
    await finish(id);
  },
);

test.each(['batch.selected', 'labels.received', 'round.measured'])(
  'a run with an own model ends with the same digest after a kill of the worker once %s of round 1 is on disk',
  async (type) => {
    const id = `worker-${type}`;
    const strike = { log: join(runs, id, 'events.jsonl'), isTime: hasOfRoundOne(type), victim: 'worker' } as const;
    expect(await runAndStrike(argumentsOf(id), strike)).toMatchObject({ hit: true, status: 0 });
    await finish(id);
  },
);

async function finish(id: string): Promise<void> {
  const { status, stderr } = await balpm([...argumentsOf(id), '--or-resume']);
  expect(stderr).not.toContain('error:');
  expect(status).toBe(0);
  expect(readdirSync(join(runs, id))).toContain('DONE');
  expect(await digestOf(id)).toBe(whole.digest);
}

test('a run with an own model does not change when labels it never acquires are flipped', async () => {
  const [world, flipped] = [join(scratch.path, 'world'), join(scratch.path, 'flipped')];
  expect((await balpm(['data', 'synth', '-c', config, '--out', world])).status).toBe(0);
  const events = await eventsOn(world, 'plain');
  const acquired = new Set(events.flatMap((event) => (event.type === 'batch.selected' ? event.ids : [])));
  editLabels(world, flipped, (label) => {
    const isUnseen = label.id.startsWith('train-') && !acquired.has(label.id);
    return isUnseen ? { ...label, preferred: label.preferred === 'a' ? 'b' : 'a' } : label;
  });
  expect(acquired.size).toBe(40);
  expect(await eventsOn(flipped, 'flipped')).toEqual(events);
});

/** Events of a run on a dataset directory after the first, without times. */
async function eventsOn(dataset: string, id: string) {
  const data = ['~data', 'data.type=directory', `data.dataset=${dataset}`, `data.store=${join(dataset, 'features')}`];
  const { status, stderr } = await balpm([...argumentsOf(id), ...data]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const events = readEvents(join(runs, id, 'events.jsonl')).slice(1);
  return events.map(({ time: _time, seconds: _seconds, ...event }) => event);
}
