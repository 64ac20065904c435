import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { planRun } from '../../../src/experiment/planning/plan.ts';
import { resumeExperiment, runExperiment } from '../../../src/experiment/run-experiment.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { NO_ITEM_FILES } from '../../../src/loop/problem/item-files.ts';
import { prepareProblem } from '../../../src/loop/problem/problem.ts';
import { previewWorld } from '../../../src/synthetic/preview-world.ts';
import { writeRows } from '../../data/fixtures.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const IDS = Array.from({ length: 240 }, (_value, index) => `train-${index + 1}`);
const rankOf = (id: string): number => (Number(id.slice('train-'.length)) * 77) % 240;
const groupOf = (id: string): number => Number(id.slice('train-'.length)) % 5;

const at = (name: string): string => join(scratch.path, name);
const columns = writeRows(
  at('rank.jsonl'),
  IDS.map((id) => ({ id, split: 'train', rank: rankOf(id), fixed: 1 })),
);
const groups = writeRows(
  at('groups.jsonl'),
  IDS.map((id) => ({ id, group: groupOf(id) })),
);
const BY_COLUMN = [
  `data.columns=[${columns}]`,
  'acquisition.policy=llm-uncertainty',
  'acquisition.llm-uncertainty.column=rank',
];
const BY_GROUP = [
  ...BY_COLUMN.slice(0, 1),
  `acquisition.groups=${groups}`,
  'acquisition.policy=clustered-rank',
  'acquisition.clustered-rank.measure=external:rank',
];

const eventsOf = (id: string) => readEvents(join(at('runs'), id, 'events.jsonl'));

/** The batches of a run, the random first one apart, each with the items that were to be had. */
function batchesOf(id: string): { readonly ids: readonly string[]; readonly pool: readonly string[] }[] {
  const batches = eventsOf(id).flatMap((event) => (event.type === 'batch.selected' ? [event.ids] : []));
  return batches.slice(1).map((ids, index) => {
    const taken = new Set(batches.slice(0, index + 1).flat());
    return { ids, pool: IDS.filter((item) => !taken.has(item)) };
  });
}

const byRank = (ids: readonly string[]): string[] => ids.toSorted((a, b) => rankOf(b) - rankOf(a));
const runAs = (id: string, overrides: readonly string[]) =>
  runExperiment({ config, overrides: ['rounds=3', ...overrides], id, orResume: true });

describe('a run with data.columns', () => {
  beforeAll(() => runAs('by-column', BY_COLUMN));

  test('ranks the pool by the column', () => {
    const batches = batchesOf('by-column');
    expect(batches.length).toBe(2);
    for (const { ids, pool } of batches) expect(ids).toEqual(byRank(pool).slice(0, 8));
  });

  test('records the columns by name and by hash, not by path', () => {
    expect(eventsOf('by-column')[0]).toMatchObject({ columnsHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(JSON.stringify(eventsOf('by-column'))).not.toContain('rank.jsonl');
    const { columns: names } = JSON.parse(readFileSync(join(at('runs'), 'by-column', 'data.json'), 'utf8'));
    expect(names).toEqual(['rank', 'fixed']);
  });

  test('is the same run with its values in other files and in another order', async () => {
    const [one, other] = ['ranks', 'fixed'].map((name) => at(`again-${name}.jsonl`)) as [string, string];
    writeRows(
      one,
      IDS.toReversed().map((id) => ({ id, rank: rankOf(id) })),
    );
    writeRows(
      other,
      IDS.map((id) => ({ id, fixed: 1 })),
    );
    const { status } = await runAs('by-column', [`data.columns=[${other},${one}]`, ...BY_COLUMN.slice(1)]);
    expect(status).toBe('done');
  });

  test('refuses to go on when a value has changed', async () => {
    const changed = writeRows(
      at('changed.jsonl'),
      IDS.map((id) => ({ id, rank: rankOf(id), fixed: id === 'train-7' ? 2 : 1 })),
    );
    const message = /^Cannot go on with run 'by-column': its columnsHash was [0-9a-f]{64} and is [0-9a-f]{64} now/;
    await expect(runAs('by-column', [`data.columns=[${changed}]`, ...BY_COLUMN.slice(1)])).rejects.toThrow(message);
  });

  test('is refused columns when it began without', async () => {
    await runAs('bare', ['rounds=1']);
    const message = /^Cannot go on with run 'bare': its columnsHash was none and is [0-9a-f]{64} now/;
    await expect(runAs('bare', ['rounds=1', ...BY_COLUMN.slice(0, 1)])).rejects.toThrow(message);
  });

  test('that was stopped is not resumed on other values', async () => {
    const values = at('moving.jsonl');
    const write = (shift: number) =>
      writeRows(
        values,
        IDS.map((id) => ({ id, rank: rankOf(id) + shift })),
      );
    const stop = new AbortController();
    write(0);
    const stopped = await runExperiment({
      config,
      overrides: ['rounds=2', `data.columns=[${values}]`, ...BY_COLUMN.slice(1)],
      id: 'stopped',
      signal: stop.signal,
      onEvent: ({ type }) => type === 'round.measured' && stop.abort(),
    });
    expect(stopped.status).toBe('stopped');
    write(1);
    await expect(resumeExperiment(stopped.directory)).rejects.toThrow(/its columnsHash was/);
    write(0);
    expect((await resumeExperiment(stopped.directory)).status).toBe('done');
  });
});

describe('a run with acquisition.groups', () => {
  beforeAll(() => runAs('by-group', BY_GROUP));

  test('goes through the groups in turn', () => {
    for (const { ids, pool } of batchesOf('by-group')) {
      expect(new Set(ids.slice(0, 5).map(groupOf)).size).toBe(5);
      expect(ids[0]).toBe(byRank(pool)[0]);
    }
  });

  test('refuses to go on with other groups', async () => {
    const moved = writeRows(
      at('moved.jsonl'),
      IDS.map((id) => ({ id, group: id === 'train-9' ? 'alone' : groupOf(id) })),
    );
    await expect(runAs('by-group', [...BY_GROUP, `acquisition.groups=${moved}`])).rejects.toThrow(
      /^Cannot go on with run 'by-group': its groupsHash was/,
    );
  });
});

describe('a run is refused before anything is spent', () => {
  const few = writeRows(
    at('few.jsonl'),
    IDS.slice(3).map((id) => ({ id, rank: 1, group: 1 })),
  );
  const fewGroups = writeRows(
    at('few-groups.jsonl'),
    IDS.slice(3).map((id) => ({ id, group: 1 })),
  );
  const plan = async (overrides: readonly string[]) => planRun((await loadConfig(config, overrides)).config, 'planned');

  test.each([
    ['usage', ['acquisition.llm-uncertainty.column=absent'], "ranks by column 'absent', one of 'rank', 'fixed' (or"],
    ['usage', ['~data.columns'], "ranks by column 'rank', a file that holds it, named in data.columns, is needed"],
    ['data', [`data.columns=[${at('none.jsonl')}]`], `Cannot read '${at('none.jsonl')}': there is no such file`],
    ['data', [`data.columns=[${columns},${columns}]`], "column 'rank' is also in"],
    ['data', [`data.columns=[${few}]`], "3 of 240 items of the pool have no value ('train-1' is the first)"],
    ['data', [`acquisition.groups=${fewGroups}`], "3 of 240 items of the pool have no group ('train-1' is the first)"],
    ['data', [`acquisition.groups=${few}`], "line 1: it has a field 'rank'; only id and group are allowed"],
  ])('as %s for %j', async (kind, overrides, message) => {
    const refused = plan([...BY_COLUMN, ...overrides]);
    await expect(refused).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
  });

  test('but not for columns and groups that fit, nor for values missing outside a smaller pool', async () => {
    expect(await plan(BY_GROUP)).toMatchObject({ pool: 240 });
    const kept = await writeKept();
    expect(await plan([...BY_COLUMN, 'splits.poolSize=50', `data.columns=[${kept}]`])).toMatchObject({ pool: 50 });
  });

  test('by the command line too, which leaves no run', async () => {
    const called = await balpm(['run', '-c', config, '--id', 'refused', ...BY_COLUMN, `data.columns=[${few}]`]);
    expect(called).toMatchObject({
      status: 4,
      stdout: '',
      stderr: expect.stringContaining('3 of 240 items of the pool'),
    });
    expect(existsSync(join(at('runs'), 'refused'))).toBe(false);
  });
});

/** A file of the values of the 50 items that seed 9 keeps of the pool. */
async function writeKept(): Promise<string> {
  const loaded = (await loadConfig(config, ['splits.poolSize=50'])).config;
  const world = loaded.data.type === 'synthetic' ? previewWorld(loaded.data.world) : undefined;
  if (world === undefined) throw new Error('the tiny configuration has a synthetic world');
  const { pool } = prepareProblem({
    config: loaded,
    ...world,
    store: { path: '', id: '' },
    memberStores: [],
    itemFiles: NO_ITEM_FILES,
  });
  return writeRows(
    at('kept.jsonl'),
    pool.ids.map((id) => ({ id, rank: rankOf(id) })),
  );
}
