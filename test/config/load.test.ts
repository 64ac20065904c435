import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { DEFAULT_METHOD } from '../../src/posterior/default-method.ts';
import { makeScratch } from '../support/balpm.ts';

const scratch = makeScratch();
const file = (name: string, text: string): string => {
  const path = join(scratch.path, name);
  writeFileSync(path, text);
  return path;
};
const DATA = 'data: {dataset: d, store: s}\n';

beforeAll(() => mkdirSync(scratch.path, { recursive: true }));
afterAll(scratch.remove);

describe('loadConfig()', () => {
  test('fills in every default', async () => {
    const { config } = await loadConfig(file('a.yaml', DATA));
    expect(config).toMatchObject({
      seed: 9,
      rounds: 75,
      acquisition: { policy: DEFAULT_METHOD.policy, batch: 320, initial: 320 },
      posterior: { type: DEFAULT_METHOD.posterior },
    });
    expect(config.data).toEqual({
      type: 'directory',
      dataset: resolve('d'),
      store: resolve('s'),
      stores: null,
      columns: [],
    });
  });

  test('takes head and training for those of a deep ensemble, and leaves open what its features decide', async () => {
    const posterior = async (...overrides: string[]) =>
      (await loadConfig(file('h.yaml', DATA), overrides)).config.posterior;
    const open = { type: 'deep-ensemble', head: null, training: { lr: null, patience: null } };
    expect(await posterior('posterior.type=deep-ensemble')).toMatchObject(open);
    expect(await posterior('posterior.members=3')).toMatchObject({ ...open, members: 3 });
    expect(await posterior('posterior.head.layers=[8]')).toMatchObject({ type: 'deep-ensemble' });
    expect(await posterior('posterior.training.lr=0.1')).toMatchObject({ type: 'deep-ensemble' });
    expect(await posterior('posterior.head.layers=[8]', 'posterior.type=lru')).toMatchObject({ type: 'lru' });
  });

  test('makes the path of a language model absolute where there is one, and leaves hub ids', async () => {
    const model = async (name: string): Promise<string | null> =>
      (await loadConfig(file('f.yaml', DATA), [`posterior.fineTuned.model=${name}`])).config.posterior.fineTuned.model;
    expect(await model('src')).toBe(resolve('src'));
    expect(await model('org/model')).toBe('org/model');
  });

  test('makes the paths of member stores absolute', async () => {
    const { config } = await loadConfig(file('m.yaml', 'data: {dataset: d, store: s, stores: [one, /two]}\n'));
    expect(config.data).toMatchObject({ stores: [resolve('one'), '/two'] });
  });

  test('lets a file extend another, key by key', async () => {
    file('base.yaml', `${DATA}seed: 3\nacquisition: {batch: 5, initial: 6}\n`);
    const { config } = await loadConfig(file('child.yaml', 'extends: base.yaml\nacquisition: {batch: 7}\n'));
    expect(config).toMatchObject({ seed: 3, acquisition: { batch: 7, initial: 6 } });
  });

  test('applies overrides after files and reads them as YAML', async () => {
    const path = file('b.yaml', `${DATA}seed: 3\n`);
    const { config } = await loadConfig(path, [
      'posterior.training.lr=1e-4',
      'posterior.head.layers=[8,4]',
      'seed=11',
      'validation.split=null',
    ]);
    expect(config.posterior).toMatchObject({
      head: { layers: [8, 4], activation: 'tanh', init: 'normal', initScale: 0.01 },
      training: { lr: 1e-4, epochs: 4, patience: 3 },
    });
    expect(config).toMatchObject({ seed: 11, validation: { split: null } });
  });

  test('goes back to the default with ~key', async () => {
    const { config } = await loadConfig(file('c.yaml', `${DATA}seed: 3\n`), ['~seed']);
    expect(config.seed).toBe(9);
  });

  const WRONG: readonly (readonly [string, string, readonly string[], RegExp])[] = [
    [
      'an unknown key of the file',
      `${DATA}acquisition: {btch: 3}\n`,
      [],
      /'acquisition\.btch' \(.* line 2\): there is no such key.*did you mean 'acquisition\.batch'/,
    ],
    [
      'an unknown key of the command line',
      DATA,
      ['acquisiton.batch=3'],
      /'acquisiton' \('acquisiton\.batch=3' on the command line\).*did you mean 'acquisition'/,
    ],
    ['an option of the other kind of data', 'data: {type: synthetic, dataset: d}\n', [], /data\.(world|dataset)/],
    ['a bare key that stands deeper', DATA, ['polcy=3'], /did you mean 'acquisition\.policy'/],
    [
      'a key of the other kind of world',
      'data: {type: synthetic, world: {kind: uniform}}\n',
      ['data.world.clusters=3'],
      /'data\.world\.clusters'.*no such key in 'data\.world' of kind "uniform"/,
    ],
    [
      'a wrong type',
      `${DATA}rounds: many\n`,
      [],
      /'rounds' \(.* line 2\): "many" \(string\) was found, a number is needed/,
    ],
    [
      'a value out of range',
      DATA,
      ['acquisition.batch=0'],
      /'acquisition\.batch'.*0 \(number\) was found, a number of at least 1 is needed/,
    ],
    [
      'a number that is not one of two kinds',
      DATA,
      ['acquisition.initial=0'],
      /'acquisition\.initial'.*0 \(number\) was found, a number of at least 1 is needed/,
    ],
    [
      'a word that is not one of two kinds',
      DATA,
      ['acquisition.initial=some'],
      /'acquisition\.initial'.*"some" \(string\) was found, a whole number of at least 1, or all is needed/,
    ],
    [
      'a value not in the list',
      DATA,
      ['acquisition.policy=best'],
      /"best" \(string\) was found, one of random, top-k, .*batch-entropy.* is needed/,
    ],
    ['not a number', DATA, ['posterior.training.lr=.nan'], /'posterior\.training\.lr'.*a number is needed/],
    ['YAML that is none', 'a: [1,\n', [], /line \d+ column \d+: .*YAML is needed/],
    ['a list where keys are needed', '- 1\n', [], /it is not a mapping/],
    ['a file that extends itself', 'extends: wrong.yaml\n', [], /it extends itself/],
    ['an override without a value', DATA, ['seed'], /there is no '='/],
    ['an override through a number', `${DATA}seed: 4\n`, ['seed.x=1'], /'seed' is 4 \(number\), a mapping is needed/],
  ];
  test.each(WRONG)('refuses %s in one line', async (_what, text, overrides, message) => {
    const failure = loadConfig(file('wrong.yaml', text), overrides);
    await expect(failure).rejects.toMatchObject({ kind: 'usage', message: expect.stringMatching(message) });
    await expect(failure).rejects.toMatchObject({ message: expect.not.stringContaining('\n') });
  });

  test('names a missing file', async () => {
    await expect(loadConfig(join(scratch.path, 'none.yaml'))).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('there is no such file'),
    });
  });
});
