import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mirrorLabel } from '../../../src/data/label.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { editLabels } from '../../support/edit-labels.ts';
import { softenLabels } from '../../support/soften-labels.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';
import { openWireTap, type TappedRequest } from '../../support/wire-tap.ts';

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
const world = join(scratch.path, 'world');
beforeAll(async () => {
  expect((await balpm(['data', 'synth', '-c', config, '--out', world])).status).toBe(0);
});
afterAll(scratch.remove);

/** A run of BAL-PM on a dataset directory: its events after the first, without times, and what its worker was told. */
async function runOn(dataset: string, id: string, settings: readonly string[] = []) {
  const tap = openWireTap(join(scratch.path, `tap-${id}`));
  const data = ['~data', 'data.type=directory', `data.dataset=${dataset}`, `data.store=${join(dataset, 'features')}`];
  const runs = join(scratch.path, `runs-${id}`); // a cache of its own, so that equal runs ask equally
  const own = [`worker.python=${tap.python}`, `output.dir=${runs}`, 'rounds=3'];
  const args = ['run', '-c', config, '--id', id, ...data, ...own, ...settings];
  const { status, stderr } = await balpm(args);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const events = readEvents(join(runs, id, 'events.jsonl')).slice(1);
  return {
    events: events.map(({ time: _time, seconds: _seconds, ...event }) => event),
    requests: tap.requests().map((request) => withoutPlaces(request, [dataset, runs])),
  };
}

/** A request with its paths made alike: only they may differ between two runs. */
function withoutPlaces({ operation, params, tensors }: TappedRequest, paths: readonly string[]) {
  const text = paths.reduce((rest, path) => rest.replaceAll(path, 'PLACE'), JSON.stringify(params));
  return { operation, params: text, tensors };
}

type Told = Awaited<ReturnType<typeof runOn>>;

/** Pairs of rows that the worker was told an order of, as "a b" with the smaller row first, by the tensor's name. */
function toldPairs({ requests }: Told, name: 'labelled' | 'validation'): Set<string> {
  const frames = requests.flatMap(({ tensors }) => tensors[name] ?? []);
  const rows = frames.flatMap((frame) =>
    Array.from({ length: frame.length / 4 }, (_, at) => frame.readInt32LE(4 * at)),
  );
  return new Set(Array.from({ length: rows.length / 2 }, (_, at) => pairKey(rows[2 * at]!, rows[2 * at + 1]!)));
}

const pairKey = (first: number, second: number): string => [first, second].sort((a, b) => a - b).join(' ');

interface ItemLine {
  readonly id: string;
  readonly split: string;
  readonly a: number;
  readonly b: number;
}

const poolItems = (): ItemLine[] =>
  readFileSync(join(world, 'items.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ItemLine)
    .filter(({ split }) => split === 'train');

/** Flips the labels of some items of the pool in a copy of the world; gives its path. */
function flip(name: string, isFlipped: (id: string) => boolean): string {
  const flipped = join(scratch.path, name);
  editLabels(world, flipped, (label) =>
    isFlipped(label.id) ? { ...label, preferred: label.preferred === 'a' ? 'b' : 'a' } : label,
  );
  return flipped;
}

describe('labels of items that a run never acquires', () => {
  test('change neither its events nor one byte that its worker receives', async () => {
    const plain = await runOn(world, 'plain');
    const acquired = new Set(plain.events.flatMap((event) => (event.type === 'batch.selected' ? event.ids : [])));
    const free = poolItems().filter(({ id }) => !acquired.has(id));
    expect(free).toHaveLength(240 - 32);
    expect(toldPairs(plain, 'labelled').size).toBe(32);
    const ids = new Set(free.map(({ id }) => id));
    expect(
      await runOn(
        flip('flipped', (id) => ids.has(id)),
        'flipped',
      ),
    ).toEqual(plain);
  });

  test('are as unread where they are probabilities and weights', async () => {
    const soft = join(scratch.path, 'soft');
    softenLabels(world, soft);
    const plain = await runOn(soft, 'soft');
    const acquired = new Set(plain.events.flatMap((event) => (event.type === 'batch.selected' ? event.ids : [])));
    expect(plain.requests.flatMap(({ tensors }) => tensors['targets'] ?? [])).toHaveLength(3);
    const changed = join(scratch.path, 'soft-changed');
    softenLabels(world, changed, (label) =>
      label.id.startsWith('train-') && !acquired.has(label.id)
        ? { id: label.id, ...mirrorLabel(label), weight: 3 }
        : label,
    );
    expect(await runOn(changed, 'soft-changed')).toEqual(plain);
  });

  test('stay unread where the pool validates: those drawn apart are charged and never picked', async () => {
    const settings = ['validation.split=train', 'validation.size=20'];
    const plain = await runOn(world, 'apart', settings);
    const batches = plain.events.flatMap((event) => (event.type === 'batch.selected' ? event.ids : []));
    const charged = plain.events.flatMap((event) =>
      event.type === 'round.measured' ? [event.labelsCharged - event.labels] : [],
    );
    expect(charged).toEqual([20, 20, 20]);
    const [labelled, validation] = [toldPairs(plain, 'labelled'), toldPairs(plain, 'validation')];
    expect([labelled.size, validation.size, new Set([...labelled, ...validation]).size]).toEqual([32, 20, 52]);
    const items = poolItems();
    const apart = items.filter(({ a, b }) => validation.has(pairKey(a, b))).map(({ id }) => id);
    expect(apart).toHaveLength(20);
    expect(batches.filter((id) => apart.includes(id))).toEqual([]);
    const known = new Set([...batches, ...apart]);
    const flipped = flip('flipped-apart', (id) => id.startsWith('train-') && !known.has(id));
    expect(await runOn(flipped, 'flipped-apart', settings)).toEqual(plain);
  });

  test.each([
    ['all of the pool', ['validation.split=train'], 'all of it would be validation; set validation.size'],
    [
      'what is not charged',
      ['validation.split=train', 'validation.size=20', 'validation.charged=false'],
      'labels cost',
    ],
  ])('are not handed out as validation: %s is refused', async (_what, settings, found) => {
    const { status, stderr } = await balpm(['run', '-c', config, '--dry-run', ...settings]);
    expect(status).toBe(2);
    expect(stderr).toContain("Cannot take validation from split 'train': it is the pool");
    expect(stderr).toContain(found);
  });
});
