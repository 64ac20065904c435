import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { register as registerData } from '../../../src/cli/data.ts';
import { register } from '../../../src/cli/features/features.ts';
import { readDataset } from '../../../src/data/dataset.ts';
import { isSwapped } from '../../../src/data/import/side-order.ts';
import { readSafetensors } from '../../../src/features/store/safetensors.ts';
import { readStoreManifest } from '../../../src/features/store/store.ts';
import { linesOf, namesIn, temporaryDirectory, writeRows } from '../../data/fixtures.ts';
import {
  type FeatureRows,
  makeFeatures,
  writeFeatures,
  writePublished,
} from '../../features/import/feature-columns.ts';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { callCommand } from '../../support/call-command.ts';
import { storedPairs } from '../../support/stored-pairs.ts';

const features = (...args: string[]) => callCommand({ register }, args);
const data = (...args: string[]) => callCommand({ register: registerData }, args);
const scratch = makeScratch();
afterAll(scratch.remove);

const inFloat32 = (values: readonly number[]): number[] => [...Float32Array.from(values)];

describe('balpm features import', () => {
  const folder = temporaryDirectory();
  const { pairs, prompts, rows } = writePublished(folder);
  const out = join(folder, 'dataset');

  test('makes a dataset and a store that hold every feature at its item and side', async () => {
    const { stdout, stderr } = await features('import', pairs, '--prompts', prompts, '--out', out);
    expect(stdout).toEqual([out]);
    expect(stderr).toContain("train: 30 pairs, all with prompt features of 'train'");
    expect(stderr).toContain('note: ood: 8 pairs, none with prompt features; batches cannot be chosen from it');
    expect(stderr.join('\n')).toMatch(
      /rounding to float32: at most \d\.\d+e-\d absolute, 5\.\d+e-8 relative, 0 underflows/,
    );
    const train = await storedPairs(out, join(out, 'features'), 'train');
    expect(train).toEqual(
      [...(rows['train'] as FeatureRows)].map(([id, values]) => ({
        id: `train-${id}`,
        prompt: inFloat32(rows['prompts']?.get(id) as number[]),
        pair: inFloat32(values),
      })),
    );
    const validation = await storedPairs(out, join(out, 'features'), 'validation');
    expect(validation.map(({ pair }) => pair)).toEqual([...(rows['eval'] as FeatureRows).values()].map(inFloat32));
    expect(namesIn(folder)).toEqual(['dataset', 'pairs', 'prompts']);
  });

  test('numbers equal prompts once and draws sides by the rule of data import', async () => {
    const { manifest } = await readDataset(out);
    expect(manifest).toMatchObject({
      name: 'pairs',
      texts: 'none',
      counts: { items: 64, prompts: 13, responses: 128 },
    });
    expect(manifest.source).toMatchObject({ type: 'imported', promptSplits: 'train=train', seed: 0 });
    const texts = linesOf(out, 'responses.jsonl').map(({ text }) => text as string);
    for (const { id, a, b } of linesOf(out, 'items.jsonl'))
      expect(isSwapped(0, id as string, texts[a as number] as string, texts[b as number] as string)).toBe(false);
    const labels = linesOf(out, 'labels.jsonl');
    expect(labels.every(({ preferred, swapped }) => (preferred === 'b') === swapped)).toBe(true);
    expect(new Set(labels.map(({ preferred }) => preferred)).size).toBe(2);
  });

  test('gives sides that say nothing of which columns came first', async () => {
    const turned = join(folder, 'turned');
    for (const split of ['train', 'eval', 'test', 'ood']) {
      const own = [...(rows[split] as FeatureRows)].map(
        ([id, row]) => [id, [...row.slice(3), ...row.slice(0, 3)]] as const,
      );
      writeFeatures(join(turned, `${split}.csv`), new Map(own));
    }
    const other = join(folder, 'other');
    await features('import', turned, '--prompts', prompts, '--out', other);
    for (const file of ['items.jsonl', 'prompts.jsonl', 'responses.jsonl', 'features/features.safetensors'])
      expect(readFileSync(join(other, file)).equals(readFileSync(join(out, file))), file).toBe(true);
    expect(readFileSync(join(other, 'labels.jsonl'), 'utf8')).not.toBe(readFileSync(join(out, 'labels.jsonl'), 'utf8'));
  });

  test('makes a dataset that check and show read and whose texts nobody can have', async () => {
    const { stdout } = await data('check', out);
    expect(stdout).toContain('  note: texts are unknown: each refers to a row of imported features');
    const shown = await data('show', out, '-n', '1');
    expect(shown.stderr).toEqual(['note: texts are unknown, each one names a row of imported features']);
    const extract = features('extract', out, '--model', 'absent', '--out', join(folder, 'extracted'));
    await expect(extract).rejects.toThrow(/imported from features and its texts are unknown, a dataset with texts/);
  });

  test('makes a dataset that runs, and only on the split that has prompt features', async () => {
    const config = join(folder, 'run.yaml');
    writeFileSync(
      config,
      `name: imported
rounds: 2
data: { type: directory, dataset: ${out}, store: ${join(out, 'features')} }
acquisition: { policy: batch-entropy, initial: 6, batch: 4, batch-entropy: { k: 3 } }
posterior: { type: deep-ensemble, members: 2, head: { layers: [4], init: xavier_normal }, training: { epochs: 1 } }
output: { dir: ${join(folder, 'runs')} }
`,
    );
    const run = await balpm(['run', '-c', config, '--id', 'imported']);
    expect(run).toMatchObject({ status: 0 });
    const explained = await balpm(['runs', 'explain', join(folder, 'runs', 'imported'), '--round', '1', '--json']);
    expect(explained).toMatchObject({ status: 0 });
    expect(JSON.parse(explained.stdout)).toMatchObject({ reproduced: true, batch: 4 });
    const refused = await balpm(['run', '-c', config, 'splits.pool=test', 'splits.evaluate=[ood]']);
    expect(refused).toMatchObject({ status: 2 });
    expect(refused.stderr).toContain("has no prompt features of it, one of 'train' is needed");
  });

  test('finds the items of a dataset of texts by id, stores bfloat16, and prints a document', async () => {
    const texts = join(folder, 'texts');
    mkdirSync(texts);
    for (const [split, source] of [
      ['train', 'train'],
      ['validation', 'eval'],
      ['test', 'test'],
      ['ood', 'ood'],
    ] as const)
      writeRows(
        join(texts, `${split}.jsonl`),
        [...(rows[source] as FeatureRows).keys()].slice(0, -2).map((id, row) => ({
          id: split === 'train' ? id : `${split}-${id}`,
          prompt: `post ${row % 10}`,
          chosen: `good ${split} ${id}`,
          rejected: `bad ${split} ${id}`,
        })),
      );
    const dataset = join(folder, 'named');
    await data('import', texts, '--out', dataset);
    const store = join(folder, 'store');
    const { documents } = await features(
      'import',
      pairs,
      '--prompts',
      prompts,
      '--dataset',
      dataset,
      '--out',
      store,
      '--store-dtype',
      'bfloat16',
      '--json',
    );
    expect(documents[0]).toMatchObject({
      dataset: { path: dataset, name: 'texts' },
      store,
      unknownPairs: 8,
      storeDtype: 'bfloat16',
      underflows: 0,
      maxRelativeError: expect.closeTo(2 ** -8, 3),
    });
    const manifest = await readStoreManifest(store);
    expect(manifest).toMatchObject({
      dataset: { hash: (await readDataset(dataset)).manifest.hash },
      features: { dtype: 'bfloat16', prompts: [10, 2], responses: [112, 3] },
      stats: { maxRelativeError: documents[0]?.['maxRelativeError'], 'missingPrompts.train': 0 },
    });
    const [item] = linesOf(dataset, 'items.jsonl');
    const [label] = linesOf(dataset, 'labels.jsonl');
    const bits = new Uint16Array(
      Uint8Array.from((await readSafetensors(join(store, 'features.safetensors'))).get('responses')?.bytes ?? [])
        .buffer,
    );
    const chosen = item?.[label?.['preferred'] as string] as number;
    const value = new Float32Array(Uint32Array.of((bits[3 * chosen] as number) << 16).buffer)[0] as number;
    expect(value).toBeCloseTo((rows['train'] as FeatureRows).get('t0')?.[0] as number, 1);
  });

  test('refuses a dataset with items that have no features', async () => {
    const file = writeRows(join(folder, 'more.jsonl'), [
      { id: 't0', prompt: 'p', chosen: 'x', rejected: 'y' },
      { id: 't99', prompt: 'p', chosen: 'x', rejected: 'z' },
    ]);
    const dataset = join(folder, 'more');
    await data('import', file, '--split', 'train', '--out', dataset);
    const call = features('import', pairs, '--prompts', prompts, '--dataset', dataset, '--out', join(folder, 'none'));
    await expect(call).rejects.toThrow(
      /1 items of split 'train' have no features \('t99'\), features of every item are needed/,
    );
  });
});

describe('balpm features import with prompts that are missing', () => {
  const folder = temporaryDirectory();
  const { pairs, prompts, rows } = writePublished(folder);
  const some = [...(rows['prompts'] as FeatureRows)].filter((_, row) => row % 4 !== 1);
  writeFeatures(join(prompts, 'train.csv'), new Map(some));
  const out = join(folder, 'dataset');

  test('refuses with the count and the first ids, and leaves nothing', async () => {
    await expect(features('import', pairs, '--prompts', prompts, '--out', out)).rejects.toMatchObject({
      kind: 'data',
      message:
        "Cannot join prompt features: 8 of 30 pairs of split 'train' have no prompt features in split 'train' ('t1', 't5', 't9', 't13', 't17', …), prompt features of every pair (or --missing drop) are needed",
    });
    expect(namesIn(folder)).toEqual(['pairs', 'prompts']);
  });

  test('drops and counts them when asked to', async () => {
    const { stderr } = await features('import', pairs, '--prompts', prompts, '--out', out, '--missing', 'drop');
    expect(stderr).toContain(
      "note: train: 30 pairs, 8 without prompt features in 'train' ('t1', 't5', 't9', 't13', 't17', …): dropped",
    );
    const { manifest } = await readDataset(out);
    expect(manifest.splits[0]?.counts.items).toBe(22);
    expect((await readStoreManifest(join(out, 'features'))).stats).toMatchObject({ 'missingPrompts.train': 8 });
    expect(namesIn(folder)).toEqual(['dataset', 'pairs', 'prompts']);
  });

  test('looks ids up in the split a rule names', async () => {
    const other = join(folder, 'by-rule');
    const rules = ['--prompts-split', 'eval=train', '--missing', 'drop'];
    const { documents } = await features('import', pairs, '--prompts', prompts, '--out', other, ...rules, '--json');
    expect(documents[0]?.['joins']).toEqual([
      { split: 'train', pairs: 30, promptSplit: 'train', missing: 8, firstMissing: ['t1', 't5', 't9', 't13', 't17'] },
      { split: 'validation', pairs: 12, promptSplit: 'train', missing: 3, firstMissing: ['t1', 't5', 't9'] },
      { split: 'test', pairs: 14, promptSplit: null, missing: 0, firstMissing: [] },
      { split: 'ood', pairs: 8, promptSplit: null, missing: 0, firstMissing: [] },
    ]);
  });
});

/** Puts files where huggingface_hub looks for a dataset it has fetched already. */
function cacheDataset(cache: string, id: string, files: string, revision: string): void {
  const repository = join(cache, `datasets--${id.replace('/', '--')}`);
  const commit = '0123456789abcdef0123456789abcdef01234567';
  mkdirSync(join(repository, 'refs'), { recursive: true });
  writeFileSync(join(repository, 'refs', revision), commit);
  cpSync(files, join(repository, 'snapshots', commit), { recursive: true });
}

describe('balpm features import of hub ids', () => {
  const folder = temporaryDirectory();
  const { pairs, prompts } = writePublished(folder);
  const env = { HF_HUB_CACHE: join(folder, 'hub'), HF_HUB_OFFLINE: '1' };
  cacheDataset(env.HF_HUB_CACHE, 'org/pairs', pairs, 'v1');
  cacheDataset(env.HF_HUB_CACHE, 'org/prompts', prompts, 'main');
  const call = (out: string, ...args: string[]) =>
    balpm(['features', 'import', 'org/pairs', '--prompts', 'org/prompts', '--out', join(folder, out), ...args], {
      env,
    });

  test('reads the local cache at the revision', async () => {
    expect(await call('dataset', '--revision', 'v1')).toMatchObject({ status: 0, stdout: join(folder, 'dataset') });
    const { source } = await readStoreManifest(join(folder, 'dataset', 'features'));
    expect(source).toMatchObject({
      pairs: 'org/pairs',
      pairsRevision: 'v1',
      prompts: 'org/prompts',
      promptsRevision: null,
    });
  });

  test('says what the hub could not give', async () => {
    const { status, stderr } = await call('none', '--revision', 'v2');
    expect(status).toBe(4);
    expect(stderr).toMatch(
      /error: Cannot import features of 'org\/pairs': there is no such directory, and the hub gave none at revision 'v2' \(.+\); give a directory or a hub id \(org\/name\), or run the same command where there is a network/,
    );
  });
});

describe('balpm features import with columns that are no features', () => {
  const folder = temporaryDirectory();
  const { pairs, prompts, rows } = writePublished(folder);
  const numbered = new Map([...(rows['prompts'] as FeatureRows)].map(([id, row], index) => [id, [7 * index, ...row]]));
  writeFeatures(join(prompts, 'train.csv'), numbered);
  const call = (out: string, ...args: string[]) =>
    features('import', pairs, '--prompts', prompts, '--out', join(folder, out), '--json', ...args);

  test('refuses one that may be an index, and goes on once it is said what it is', async () => {
    await expect(call('out')).rejects.toMatchObject({
      kind: 'data',
      message: `Cannot import features '${join(prompts, 'train.csv')}': column 'f0' holds a whole number of its own in every row: it may be an index and no feature; say which it is: --leave-out 'prompts:f0' or --keep 'prompts:f0'`,
    });
    await expect(call('out', '--keep', 'g0')).rejects.toMatchObject({
      kind: 'usage',
      message: "Cannot use --keep 'g0': no file has such a column; give the name of one",
    });
    const kept = await call('kept', '--keep', 'prompts:f0');
    expect(kept.documents[0]).toMatchObject({ promptDimension: 3, leftOut: [] });
    const source = (await readStoreManifest(join(folder, 'kept', 'features'))).source;
    expect(source).not.toHaveProperty('leftOut');
  });

  test('names the encoding of CSV that is not UTF-8, and reads it', async () => {
    const file = join(prompts, 'train.csv');
    writeFileSync(file, Buffer.from(readFileSync(file, 'utf8').replace('f0', 'n°'), 'latin1'));
    await expect(call('out')).rejects.toThrow(
      "the header's column 2 is not UTF-8; CSV in UTF-8 is needed, or --encoding",
    );
    const { documents, stderr } = await call('left', '--encoding', 'latin-1', '--leave-out', 'n°');
    expect(documents[0]).toMatchObject({ promptDimension: 2, leftOut: [{ table: 'prompts', column: 'n°' }] });
    expect(stderr).toContain("note: prompts: column 'n°' is no feature and was left aside (--leave-out)");
    const { source } = await readStoreManifest(join(folder, 'left', 'features'));
    expect(source).toMatchObject({ leftOut: 'prompts:n°' });
    expect(namesIn(folder)).toEqual(['kept', 'left', 'pairs', 'prompts']);
  });
});

describe('balpm features import of bad input', () => {
  const folder = temporaryDirectory();
  const { pairs, prompts } = writePublished(folder);
  const call = (...args: string[]) =>
    features('import', pairs, '--prompts', prompts, '--out', join(folder, 'out'), ...args);

  test.each([
    [['--out', pairs], 'usage', /Cannot write '.*pairs': it already exists, a new path is needed/],
    [['--prompts-split', 'train'], 'usage', /it names no two splits, SPLIT=PROMPTS_SPLIT is needed/],
    [['--dataset', join(folder, 'absent')], 'data', /Cannot read dataset manifest/],
    [['--dataset', pairs, '--missing', 'drop'], 'usage', /its items are given, refuse is needed/],
    [['--dimension', '4'], 'data', /it has 7 columns; 1 \+ 2 × 4 for the dimension asked for are needed/],
  ] as const)('%j is refused', async (args, kind, message) => {
    await expect(call(...args)).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});

describe('balpm features import that is killed', () => {
  test('goes on with the same bytes as one that was not', async () => {
    const folder = join(scratch.path, 'killed');
    writeFeatures(join(folder, 'pairs', 'train.csv'), makeFeatures('wide', 2400, 512));
    writeFeatures(join(folder, 'prompts', 'train.csv'), makeFeatures('posts', 2400, 4));
    const args = ['features', 'import', 'pairs', '--prompts', 'prompts', '--part-mib', '1', '--out'];
    const whole = await balpm([...args, 'whole'], { cwd: folder });
    expect(whole).toMatchObject({ status: 0 });
    await killAtFirstPart(folder, [...args, 'killed']);
    expect(existsSync(join(folder, 'killed'))).toBe(false);
    const again = await balpm([...args, 'killed'], { cwd: folder });
    expect(again.stderr).toMatch(/\d+ parts of an earlier import were kept/);
    expect(execFileSync('diff', ['-r', 'whole', 'killed'], { cwd: folder, encoding: 'utf8' })).toBe('');
    expect(namesIn(folder)).toEqual(['killed', 'pairs', 'prompts', 'whole']);
  });
});

/** Starts an import and kills it and its worker when the first part is there. */
async function killAtFirstPart(folder: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [join(ROOT, 'dist/main.js'), ...args], {
    cwd: folder,
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const work = join(folder, '.killed.import');
  await expect
    .poll(() => existsSync(work) && namesIn(work).some((name) => name.endsWith('.json')), {
      timeout: 60_000,
      interval: 5,
    })
    .toBe(true);
  process.kill(-(child.pid as number), 'SIGKILL');
  await ended;
}
