import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashOf } from '../../../src/base/text/canonical-json.ts';
import { experimentIdentity } from '../../../src/config/identity.ts';
import { listRecipes, type Recipe } from '../../../src/config/recipes.ts';
import { loadSweep } from '../../../src/config/sweep.ts';
import { readDataset } from '../../../src/data/dataset.ts';
import { openCells } from '../../../src/experiment/open-cells.ts';
import type { OpenedRun } from '../../../src/experiment/open-run.ts';
import { runCells } from '../../../src/experiment/run-cells.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { makeScratch } from '../../support/balpm.ts';
import { writeTinyStores } from '../../support/tiny-stores.ts';

const scratch = makeScratch();
const PAPER = listRecipes().filter(({ name }) => name.startsWith('paper/'));
const outcomes = new Map<string, string>();
const runs = new Map<string, readonly OpenedRun[]>();

beforeAll(async () => {
  const { dataset, stores } = await writeTinyStores(scratch.path);
  const columns = join(scratch.path, 'columns.jsonl');
  writeColumns(columns, (await readDataset(dataset)).splits.get('train')?.ids ?? []);
  for (const recipe of PAPER) runs.set(recipe.name, await openInMiniature(recipe, { dataset, stores, columns }));
  const ended = await runCells({
    runs: [...runs.values()].flat(),
    jobs: 1,
    root: scratch.path,
    signal: new AbortController().signal,
    observe: () => undefined,
    finished: () => undefined,
    note: (sentence) => notes.push(sentence),
  });
  for (const [index, run] of [...runs.values()].flat().entries())
    outcomes.set(run.paths.root, ended[index]?.status ?? '');
}, 300_000);
afterAll(scratch.remove);

const notes: string[] = [];

describe('in miniature, every arm is run to its end by', () => {
  test.each(PAPER)('$name', ({ name }) => {
    const cells = runs.get(name) ?? [];
    expect(cells.length).toBeGreaterThan(0);
    expect(cells.map(({ paths }) => [paths.id, outcomes.get(paths.root)])).toEqual(
      cells.map(({ paths }) => [paths.id, 'done']),
    );
    for (const { paths } of cells) expect(readEvents(paths.events).at(-1)).toMatchObject({ type: 'run.finished' });
  });

  test('the same experiment gives the same run, whatever sweep it stands in', () => {
    expect(notes.filter((note) => note.includes('Cannot'))).toEqual([]);
  });
});

interface Places {
  readonly dataset: string;
  readonly stores: readonly string[];
  readonly columns: string;
}

/** The recipe on small data of the same layout: two rounds, one seed, small heads; its own keys stay as they are. */
async function openInMiniature({ name, path }: Recipe, places: Places): Promise<OpenedRun[]> {
  const cells = await loadSweep(path, overridesFor(name, places), (config) =>
    hashOf({ data: config.data, ...experimentIdentity(config) }),
  );
  return openCells(cells, join(scratch.path, 'runs', name.replaceAll('/', '-')));
}

function overridesFor(name: string, { dataset, stores, columns }: Places): string[] {
  const isAll = name.endsWith('/full-data');
  const [first, second] = stores;
  return [
    `data.dataset=${dataset}`,
    name.endsWith('/other-features') ? `data.store=${first},${second}` : `data.store=${first}`,
    ...(name.endsWith('/cross-backbone') ? [`data.stores=[${stores.join(',')}]`] : []),
    ...(name.endsWith('/ablation-llm-uncertainty') ? [`data.columns=[${columns}]`] : []),
    'splits.poolSize=null',
    ...(isAll ? [] : ['rounds=2', 'acquisition.initial=12']),
    name.endsWith('/study-batch') ? 'acquisition.batch=4,6,8' : 'acquisition.batch=6',
    'posterior.head.layers=[8,4]',
    'posterior.training.epochs=2',
    'seed=9',
    `output.dir=${join(scratch.path, 'runs')}`,
  ];
}

function writeColumns(file: string, ids: readonly string[]): void {
  writeFileSync(
    file,
    ids.map((id, index) => `${JSON.stringify({ id, entropy_both_mean: (index * 7) % 11 })}\n`).join(''),
  );
}
