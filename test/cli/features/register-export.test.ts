import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDataset } from '../../../src/data/dataset.ts';
import { readStoreManifest } from '../../../src/features/store/store.ts';
import { resolvePython } from '../../../src/worker/links/local/interpreter.ts';
import { linesOf, namesIn, pairRow, temporaryDirectory, writeRows } from '../../data/fixtures.ts';
import { writePublished } from '../../features/import/feature-columns.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { storedPairs } from '../../support/stored-pairs.ts';
import { writeRandomStore } from '../../support/tiny-stores.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (name: string): string => join(scratch.path, name);
const run = (...args: string[]) => balpm(args, { cwd: scratch.path });

/** Runs a command that must succeed. */
async function succeed(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { status, stdout, stderr } = await run(...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) });
  return { stdout, stderr };
}

/** What a push of that directory says, which sends nothing. */
const plannedOf = async (directory: string): Promise<string> =>
  (await run('features', 'push', directory, '--repo', 'me/x')).stderr;
const exportTo = (layout: string, out: string, ...args: string[]) =>
  succeed('features', 'export', 'store', '--dataset', 'pairs', '--to', layout, '--out', out, ...args);

beforeAll(async () => {
  const rows = Array.from({ length: 24 }, (_value, index) =>
    pairRow(`item ${index}`, {
      prompt: `prompt ${index % 5}`,
      preferred: index % 3 === 0 ? 'b' : 'a',
      split: index < 16 ? 'train' : 'validation',
    }),
  );
  await succeed('data', 'import', writeRows(at('pairs.jsonl'), rows), '--out', 'pairs');
  await writeRandomStore(at('store'), await readDataset(at('pairs')), 6);
});

const LOADED = `
import json, sys
from datasets import load_dataset
print(json.dumps({name: split.to_list() for name, split in load_dataset(sys.argv[1]).items()}))
`;

type Loaded = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** What `datasets` reads of a directory, offline and with a cache of its own. */
function load(directory: string): Loaded {
  const env = { ...process.env, HF_HUB_OFFLINE: '1', HF_HOME: at('cache') };
  const args = ['-c', LOADED, at(directory)];
  return JSON.parse(
    execFileSync(resolvePython(), args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
}

describe('balpm features export', () => {
  test('writes a dataset that load_dataset reads: texts and features by side, no labels', async () => {
    const { stdout, stderr } = await exportTo('huggingface', 'lists');
    expect(stdout).toBe('lists');
    expect(stderr).toContain('train: 16 pairs\nvalidation: 8 pairs\n');
    expect(stderr).toContain('note: the licence is given as unknown, --license names one');
    const rows = Object.values(load('lists')).flat();
    const responses = linesOf(at('pairs'), 'responses.jsonl').map(({ text }) => text);
    const items = linesOf(at('pairs'), 'items.jsonl');
    expect(rows.map(({ id, a, b }) => [id, a, b])).toEqual(
      items.map(({ id, a, b }) => [id, responses[a as number], responses[b as number]]),
    );
    const labels = new Map(linesOf(at('pairs'), 'labels.jsonl').map(({ id, preferred }) => [id, preferred]));
    const stored = [
      ...(await storedPairs(at('pairs'), at('store'), 'train')),
      ...(await storedPairs(at('pairs'), at('store'), 'validation')),
    ];
    const ranked = rows.map((row) => {
      const [chosen, rejected] = labels.get(row['id']) === 'a' ? ['a', 'b'] : ['b', 'a'];
      const pair = [...(row[`${chosen}_features`] as number[]), ...(row[`${rejected}_features`] as number[])];
      return { id: row['id'], prompt: row['prompt_features'], pair };
    });
    expect(ranked).toEqual(stored);
  });

  test('gives the same bytes when there are no labels to read', async () => {
    cpSync(at('pairs'), at('unlabelled'), { recursive: true });
    rmSync(join(at('unlabelled'), 'labels.jsonl'));
    await succeed('features', 'export', 'store', '--dataset', 'unlabelled', '--to', 'huggingface', '--out', 'again');
    expect(execFileSync('diff', ['-r', at('lists'), at('again')], { encoding: 'utf8' })).toBe('');
  });

  test('names answers by their label when asked to', async () => {
    const { stdout } = await exportTo('huggingface', 'ranked', '--labels', '--license', 'cc-by-4.0', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      layout: 'huggingface',
      labels: true,
      license: 'cc-by-4.0',
      dtype: 'float32',
    });
    const rows = load('ranked')['train'] ?? [];
    expect(
      rows.map((row) => [row['id'], row['prompt_features'], row['chosen_features'], row['rejected_features']]),
    ).toEqual(
      (await storedPairs(at('pairs'), at('store'), 'train')).map(({ id, prompt, pair }) => [
        id,
        prompt,
        pair.slice(0, 6),
        pair.slice(6),
      ]),
    );
    expect(readFileSync(join(at('ranked'), 'README.md'), 'utf8')).toMatch(/^---\nlicense: cc-by-4.0\n/);
  });

  test.each(['parquet', 'csv'])('writes columns in %s of which an import makes the same store', async (format) => {
    await exportTo('reference', `columns-${format}`, '--format', format);
    const sources = [`columns-${format}/pairs`, '--prompts', `columns-${format}/prompts`];
    await succeed('features', 'import', ...sources, '--dataset', 'pairs', '--out', `back-${format}`);
    const [before, after] = [await readStoreManifest(at('store')), await readStoreManifest(at(`back-${format}`))];
    expect(after.features).toEqual(before.features);
    expect(readFileSync(at(`columns-${format}/pairs/README.md`), 'utf8')).toContain(
      'The answers of a pair are `chosen` and `rejected`, by the label of the pair.',
    );
    expect(readFileSync(at(`columns-${format}/prompts/README.md`), 'utf8')).toContain(
      'Answers and labels are not in it.',
    );
    expect(await plannedOf(`columns-${format}/pairs`)).toContain('note: labels are in it');
    expect(await plannedOf(`columns-${format}/prompts`)).toContain('no labels are in it: prompts alone');
  });

  test('writes arrays, and nothing of labels into them', async () => {
    await exportTo('npy', 'arrays');
    expect(namesIn(at('arrays'))).toEqual([
      'README.md',
      'balpm-export.json',
      'index.json',
      'prompts.npy',
      'responses.npy',
      'split-train.npy',
      'split-validation.npy',
    ]);
    const index = JSON.parse(readFileSync(join(at('arrays'), 'index.json'), 'utf8'));
    expect(index.columns).toEqual(['prompt', 'a', 'b']);
    expect(index.splits.validation.ids).toEqual(Array.from({ length: 8 }, (_value, row) => `item ${row + 16}`));
  });
});

describe('balpm features export of what was imported', () => {
  test('makes the dataset again, label by label and value by value', async () => {
    const folder = temporaryDirectory();
    const { pairs, prompts } = writePublished(folder);
    const place = (name: string): string => join(folder, name);
    await succeed('features', 'import', pairs, '--prompts', prompts, '--out', place('first'));
    for (const [from, to] of [
      ['first', 'second'],
      ['second', 'third'],
    ] as const) {
      const source = [join(place(from), 'features'), '--dataset', place(from)];
      const { stderr } = await succeed(
        'features',
        'export',
        ...source,
        '--to',
        'reference',
        '--out',
        place(`${to}-columns`),
      );
      expect(stderr).toContain('validation (called eval): 12 pairs, no prompt features');
      const columns = [join(place(`${to}-columns`), 'pairs'), '--prompts', join(place(`${to}-columns`), 'prompts')];
      await succeed('features', 'import', ...columns, '--out', place(to));
    }
    for (const split of ['train', 'validation', 'test', 'ood'])
      expect(await storedPairs(place('second'), join(place('second'), 'features'), split)).toEqual(
        await storedPairs(place('first'), join(place('first'), 'features'), split),
      );
    for (const file of [
      'items.jsonl',
      'prompts.jsonl',
      'responses.jsonl',
      'labels.jsonl',
      'features/features.safetensors',
    ])
      expect(readFileSync(join(place('third'), file)).equals(readFileSync(join(place('second'), file))), file).toBe(
        true,
      );
  });
});

test('a split that reference columns call otherwise comes back with its name', async () => {
  const names = ['all', 'eval', 'held.out-2'];
  const rows = names.flatMap((split) =>
    Array.from({ length: 3 }, (_value, row) => pairRow(`${split}-${row}`, { prompt: `${split} ${row}`, split })),
  );
  await succeed('data', 'import', writeRows(at('named.jsonl'), rows), '--out', 'named');
  await writeRandomStore(at('named-store'), await readDataset(at('named')), 3);
  const source = ['named-store', '--dataset', 'named', '--to', 'reference', '--format', 'csv'];
  await succeed('features', 'export', ...source, '--out', 'named-columns');
  const columns = ['named-columns/pairs', '--prompts', 'named-columns/prompts'];
  await succeed('features', 'import', ...columns, '--prompts-split', 'eval=eval', '--out', 'named-back');
  const ids = (folder: string) => linesOf(at(folder), 'items.jsonl').map(({ id, split }) => ({ id, split }));
  expect(ids('named-back')).toEqual(ids('named'));
  const back = ['named-back/features', '--dataset', 'named-back', '--to', 'reference'];
  expect((await succeed('features', 'export', ...back, '--out', 'named-again')).stderr).not.toContain(
    'no prompt features',
  );
});

describe('balpm features export of bad input', () => {
  const call = (...args: string[]) =>
    run('features', 'export', 'store', '--dataset', 'pairs', '--out', 'none', ...args);

  test.each([
    [['--to', 'npy', '--out', 'store'], 2, "Cannot write 'store': it already exists, a new path is needed"],
    [['--to', 'npy', '--dataset', 'absent'], 4, 'Cannot read dataset manifest'],
    [['--to', 'npy', '--format', 'csv'], 2, "Cannot use --format 'csv' with --to npy: it has one format"],
    [['--to', 'npy', '--shard-mib', '9'], 2, 'Cannot use --shard-mib with --to npy: a matrix is one file'],
    [['--to', 'npy', '--license', 'My Own'], 2, "Cannot use --license 'My Own': it is no name of a licence"],
    [['--to', 'tfrecord'], 2, 'Allowed choices are huggingface, reference, npy'],
    [[], 2, "required option '--to <layout>' not specified"],
  ])('%j is refused before anything is made', async (args, status, message) => {
    const called = await call(...args, '--python', '/absent/python');
    expect(called).toMatchObject({ status, stderr: expect.stringContaining(message) });
    expect(existsSync(at('none'))).toBe(false);
  });

  test('a store of another dataset, and items without a label, are refused by name', async () => {
    const rows = Array.from({ length: 7 }, (_value, index) =>
      pairRow(`x${index}`, index > 5 ? {} : { preferred: undefined }),
    );
    await succeed(
      'data',
      'import',
      writeRows(at('other.jsonl'), rows),
      '--split',
      'train',
      '--unlabelled',
      'train',
      '--out',
      'other',
    );
    await writeRandomStore(at('other-store'), await readDataset(at('other')), 2);
    const foreign = await call('--to', 'npy', '--dataset', 'other');
    expect(foreign).toMatchObject({ status: 4, stderr: expect.stringContaining("it was made for dataset 'pairs'") });
    const ranked = ['features', 'export', 'other-store', '--dataset', 'other', '--to', 'reference', '--out', 'none'];
    const refused = await run(...ranked);
    expect(refused.stderr).toBe(
      "error: Cannot export 'other' with labels: 6 items of split 'train' have none ('x0', 'x1', 'x2', 'x3', 'x4', …), a label of every item (or --unlabelled drop) is needed",
    );
    const { stderr } = await succeed(...ranked, '--unlabelled', 'drop');
    expect(stderr).toContain('train: 1 pairs, 6 without a label left out');
  });
});
