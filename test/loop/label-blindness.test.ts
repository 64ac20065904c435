import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readEvents } from '../../src/ledger/event-log.ts';
import { balpm, makeScratch } from '../support/balpm.ts';
import { editLabels } from '../support/edit-labels.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
afterAll(scratch.remove);

/** Runs BAL-PM on a dataset directory and returns its events after the first, without times. */
async function eventsOn(dataset: string, id: string) {
  const data = ['~data', 'data.type=directory', `data.dataset=${dataset}`, `data.store=${join(dataset, 'features')}`];
  const { status, stderr } = await balpm(['run', '-c', config, '--id', id, ...data]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const events = readEvents(join(scratch.path, 'runs', id, 'events.jsonl')).slice(1);
  return events.map(({ time: _time, seconds: _seconds, ...event }) => event);
}

test('a run does not change when the labels of items it never acquires are flipped', async () => {
  const [world, flipped] = [join(scratch.path, 'world'), join(scratch.path, 'flipped')];
  expect((await balpm(['data', 'synth', '-c', config, '--out', world])).status).toBe(0);
  const events = await eventsOn(world, 'plain');
  const acquired = new Set(events.flatMap((event) => (event.type === 'batch.selected' ? event.ids : [])));
  let count = 0;
  editLabels(world, flipped, (label) => {
    if (!label.id.startsWith('train-') || acquired.has(label.id)) return label;
    count += 1;
    return { ...label, preferred: label.preferred === 'a' ? 'b' : 'a' };
  });
  expect(count).toBe(240 - 40);
  expect(await eventsOn(flipped, 'flipped')).toEqual(events);
});
