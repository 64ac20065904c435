import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readDataset } from '../../src/data/dataset.ts';
import { readSafetensors, valuesOf } from '../../src/features/store/safetensors.ts';
import { checkStoreFiles, readStoreManifest, writeStore } from '../../src/features/store/store.ts';
import type { CheckState } from '../../src/quality/check.ts';
import { type QualityOptions, writeQualityPage } from '../../src/quality/write-quality-page.ts';
import { openStream } from '../../src/random/stream.ts';
import { SyntheticWorld, writeSyntheticWorld } from '../../src/synthetic/index.ts';
import { resolvePython } from '../../src/worker/links/local/interpreter.ts';
import { temporaryDirectory } from '../data/fixtures.ts';
import { forgeStore, withFirstValue } from '../support/damaged-store.ts';
import { writeHandmadeDataset } from '../support/handmade-dataset.ts';
import { writeRandomStore } from '../support/tiny-stores.ts';

const folder = temporaryDirectory();
const at = (name: string): string => join(folder, name);
const world = at('world');
const store = at('world/features');

const write = (changes: Partial<QualityOptions> = {}) =>
  writeQualityPage({
    store,
    dataset: world,
    out: at('page.html'),
    train: null,
    validation: null,
    python: resolvePython(),
    signal: new AbortController().signal,
    ...changes,
  });

const statesOf = ({ document }: Awaited<ReturnType<typeof write>>): Record<string, CheckState> =>
  Object.fromEntries(document.checks.map(({ name, state }) => [name, state]));

const WORLD = {
  kind: 'clustered',
  prompts: 60,
  clusters: 6,
  promptDimension: 8,
  answerDimension: 8,
  sizes: { train: 240, validation: 120, test: 60, ood: 40 },
};

beforeAll(async () => {
  await writeSyntheticWorld(SyntheticWorld.parse(WORLD), world);
});

describe('writeQualityPage() of a good store', () => {
  let written: Awaited<ReturnType<typeof write>>;

  beforeAll(async () => {
    cpSync(world, at('copy'), { recursive: true });
    written = await write({ out: null });
  });

  test('finds that the space carries the preference', () => {
    expect(statesOf(written)).toEqual({
      probe: 'ok',
      truncation: 'skipped',
      'equal-features': 'ok',
      duplicates: 'ok',
      norms: 'ok',
      dimensions: 'ok',
      variance: 'ok',
      neighbours: 'ok',
    });
    const { probe } = written.document;
    expect(probe).toMatchObject({ verdict: 'yes', train: { split: 'train' }, validation: { pairs: 120 } });
  });

  test('writes a self-contained page into the store that names no place', () => {
    expect(written.page).toBe(join(store, 'quality.html'));
    const page = readFileSync(written.page, 'utf8');
    expect(page).toContain('All 7 checks that could be made are ok (1 skipped).');
    expect(page.match(/<svg /g)).toHaveLength(3);
    const fetched = page.replaceAll(/http:\/\/www\.w3\.org\/[^"]*/g, '');
    expect(fetched).not.toMatch(/<script|https?:|src=|href=|@import|url\(/i);
    expect(page).not.toContain(folder);
  });

  test('leaves a store that its readers take as before', async () => {
    expect(readdirSync(store)).toEqual(expect.arrayContaining(['quality.html', 'quality.json']));
    await checkStoreFiles(store, await readStoreManifest(store));
  });

  test('writes the same bytes of a copy in another place', async () => {
    const again = await write({ store: at('copy/features'), dataset: at('copy'), out: at('new/again.html') });
    for (const kind of ['page', 'numbers'] as const)
      expect(readFileSync(again[kind]).equals(readFileSync(written[kind])), kind).toBe(true);
    expect(JSON.parse(readFileSync(again.numbers, 'utf8'))).toEqual(again.document);
    expect(readdirSync(dirname(again.page)).sort()).toEqual(['again.html', 'again.json']);
  });
});

test('writeQualityPage() skips the probe with a sentence where there are no labels', async () => {
  const dataset = await writeHandmadeDataset(at('plain'), {
    prompts: ['one', 'two'],
    responses: [0, 0, 1].map((prompt, row) => ({ prompt, text: `answer ${row}` })),
    items: [{ id: 'only', prompt: 0, a: 0, b: 1 }],
  });
  await writeStore(at('plain-store'), {
    dataset: dataset.manifest,
    source: { type: 'made' },
    prompts: { values: Float32Array.of(1, 2), dimension: 1 },
    responses: { values: Float32Array.of(1, 2, 3), dimension: 1 },
    splits: new Map([['train', Int32Array.of(0, 0, 1)]]),
  });
  const { document } = await write({ store: at('plain-store'), dataset: at('plain') });
  expect(document.probe).toEqual({
    skipped: "split 'train' has 0 labelled pairs of 0 prompts, at least 20 of 5 are needed",
  });
});

test('writeQualityPage() skips what needs texts where a dataset has none', async () => {
  cpSync(world, at('textless'), { recursive: true });
  const file = at('textless/manifest.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), texts: 'none' }));
  const written = await write({ dataset: at('textless'), train: 'test', validation: 'ood' });
  expect(statesOf(written)).toMatchObject({
    duplicates: 'skipped',
    'equal-features': 'skipped',
    neighbours: 'skipped',
  });
  expect(written.document.probe).toMatchObject({ train: { split: 'test' }, validation: { split: 'ood', pairs: 40 } });
});

test('writeQualityPage() finds the preference in features of any scale, beside a massive dimension', async () => {
  const file = join(store, 'features.safetensors');
  const tensors = await readSafetensors(file);
  const { values, shape } = valuesOf(tensors, 'responses', 'float32', file);
  const dimension = shape[1] as number;
  await writeStore(at('scaled'), {
    dataset: (await readDataset(world)).manifest,
    source: { type: 'scaled' },
    prompts: { values: valuesOf(tensors, 'prompts', 'float32', file).values, dimension: 8 },
    responses: { values: values.map((value, index) => value * 10 ** ((index % dimension) - 8)), dimension },
    splits: new Map(),
  });
  const { document } = await write({ store: at('scaled') });
  expect(document.probe).toMatchObject({ verdict: 'yes' });
  expect(document.responses.variance.largest[0]).toMatchObject({ dimension: dimension - 1 });
  expect(document.checks.find(({ name }) => name === 'variance')!.state).toBe('fail');
});

test('writeQualityPage() finds no preference in features that are noise', async () => {
  await writeRandomStore(at('noise'), await readDataset(world), 16);
  const { document } = await write({ store: at('noise') });
  expect(document.probe).toMatchObject({ verdict: expect.stringMatching(/^(no|undecided)$/) });
  expect(document.checks[0]!.advice).not.toBe('');
});

describe('writeQualityPage() of a store with mistakes', () => {
  const ROWS = 40;
  const answers = Array.from({ length: ROWS }, (_, row) => row);
  const columns = 8;

  /** Features with a constant, a dead and a massive dimension, a row of zeros, and two answers that were cut to the same. */
  function responses(): Float32Array {
    const stream = openStream(['mistakes']);
    const values = Float32Array.from({ length: ROWS * columns }, () => stream.normal());
    for (const row of answers) values.set([5, 0, 1000 * stream.normal()], row * columns);
    values.fill(0, 3 * columns, 4 * columns);
    for (const row of answers) values[row * columns] = 5;
    values.copyWithin(columns, 0, columns);
    return values;
  }

  beforeAll(async () => {
    const dataset = await writeHandmadeDataset(at('mistaken'), {
      prompts: ['<b>why?</b>', 'how?', 'how?'],
      responses: answers.map((row) => ({ prompt: 0, text: `<script>alert(${row})</script>` })),
      items: [{ id: 'one', prompt: 0, a: 0, b: 1 }],
    });
    await writeStore(at('mistakes'), {
      dataset: dataset.manifest,
      source: { type: 'made' },
      prompts: { values: Float32Array.of(1, 0, 0, 3, 0, 4), dimension: 2 },
      responses: { values: responses(), dimension: columns },
      splits: new Map([['train', Int32Array.of(0, 0, 1)]]),
      stats: { truncatedPrompts: 0, truncatedResponses: 2, lostResponses: 1 },
    });
  });

  test('tells each of them, with the texts escaped', async () => {
    const written = await write({ store: at('mistakes'), dataset: at('mistaken') });
    expect(statesOf(written)).toMatchObject({
      truncation: 'fail',
      'equal-features': 'fail',
      duplicates: 'fail',
      dimensions: 'warn',
      variance: 'fail',
    });
    const { texts, responses: summary } = written.document;
    expect(summary).toMatchObject({ dead: { first: [1] }, constant: { first: [0] } });
    expect(summary.variance.largest[0]!.dimension).toBe(2);
    expect(texts).toMatchObject({
      duplicates: { prompts: { copies: 1, unequal: 1, first: [{ rows: [1, 2], difference: 0.25 }] } },
      equalFeatures: { responses: { rows: 2, groups: 1, first: [[0, 1]] } },
      equalPairs: [{ split: 'train', pairs: 1, of: 1 }],
    });
    const page = readFileSync(written.page, 'utf8');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toMatch(/<script|<b>/);
  });
});

describe('writeQualityPage() refuses', () => {
  test('a store of another dataset', async () => {
    await writeSyntheticWorld(SyntheticWorld.parse({ ...WORLD, prompts: 30 }), at('other'));
    await expect(write({ dataset: at('other') })).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/it was made for dataset .*, dataset .* is needed$/),
    });
  });

  test.each([
    ['a split the dataset has not', { train: 'trian' }, 'usage', /no such split.*did you mean 'train'/],
    ['one split for both', { train: 'validation' }, 'usage', /probe on split 'validation': it learns from it/],
    ['a page that is no .html', { out: at('page.pdf') }, 'usage', /it is no \.html/],
    ['a store that is not there', { store: at('absent') }, 'data', /Cannot read feature store manifest/],
    ['a place below a file', { out: at('world/items.jsonl/page.html') }, 'environment', /Cannot make directory/],
  ] as const)('%s', async (_name, changes, kind, message) => {
    await expect(write(changes)).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
  });

  test('features that are not finite, naming the row', async () => {
    forgeStore(store, at('not-finite'), (bytes) => withFirstValue(bytes, 'responses', Number.NaN));
    await expect(write({ store: at('not-finite') })).rejects.toThrow(
      /row 0 of tensor 'responses' holds NaN or infinity, finite features are needed$/,
    );
  });

  test('texts that were changed', async () => {
    cpSync(world, at('edited'), { recursive: true });
    writeFileSync(at('edited/prompts.jsonl'), '{"text":"other"}\n');
    await expect(write({ dataset: at('edited') })).rejects.toThrow(
      /prompts\.jsonl': its SHA-256 does not match the manifest/,
    );
  });
});
