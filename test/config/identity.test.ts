import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hashOf } from '../../src/base/text/canonical-json.ts';
import { experimentIdentity, sharedIdentity } from '../../src/config/identity.ts';
import { loadConfig } from '../../src/config/load.ts';
import { makeScratch } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const file = join(scratch.path, 'base.yaml');
writeFileSync(file, 'data: {dataset: d, store: s}\n');
const EXTERNAL = ['posterior.type=external', 'posterior.module=a/model.py:Two', 'posterior.options.width=8'];
/** Of a run with what existed first. */
const KEYS = ['rounds', 'splits', 'validation', 'posterior', 'oracle', 'worker', 'acquisition', 'seed'];
const load = async (...overrides: string[]) => (await loadConfig(file, overrides)).config;
const identityOf = async (...overrides: string[]) => hashOf(experimentIdentity(await load(...overrides)));

describe('sharedIdentity()', () => {
  test("of an ensemble knows nothing of models of one's own, so that earlier runs keep theirs", async () => {
    const config = await load(
      'posterior.type=deep-ensemble',
      'posterior.module=x.py:X',
      'posterior.options.width=8',
      'posterior.stallSeconds=5',
    );
    const { posterior } = sharedIdentity(config) as { posterior: object };
    expect(Object.keys(posterior)).toEqual(['type', 'members', 'initialisation', 'head', 'training']);
    expect(hashOf(experimentIdentity(config))).toBe(await identityOf('posterior.type=deep-ensemble'));
  });

  test("of a model of one's own names file, class and options, not where the file lies", async () => {
    const { posterior } = sharedIdentity(await load(...EXTERNAL));
    expect(posterior).toEqual({ type: 'external', module: 'model.py:Two', options: { width: 8 } });
  });

  test.each([
    ['posterior.module=/b/c/model.py:Two', true],
    ['posterior.stallSeconds=5', true],
    ['posterior.members=9', true],
    ['posterior.module=a/model.py:Three', false],
    ['posterior.module=a/other.py:Two', false],
    ['posterior.options.width=9', false],
    ['posterior.type=deep-ensemble', false],
  ])('with %s is the same: %s', async (change, isSame) => {
    expect((await identityOf(...EXTERNAL, change)) === (await identityOf(...EXTERNAL))).toBe(isSame);
  });
});

describe('experimentIdentity()', () => {
  test.each([
    ['labels.ties=half', true],
    ['labels.ties=drop', false],
    ['labels.ties=davidson', false],
    ['oracle.answers=soft', true],
    ['oracle.answers=hard', false],
    ['oracle.answers=drawn', false],
  ])('with %s is that of a run from before soft labels: %s', async (given, isSame) => {
    const ensemble = 'posterior.type=deep-ensemble';
    const identity = experimentIdentity(await load(ensemble));
    expect(Object.keys(identity)).toEqual(KEYS);
    expect(identity['oracle']).toBe('dataset');
    expect((await identityOf(ensemble, given)) === hashOf(identity)).toBe(isSame);
  });

  const blocks = ['posterior.members=9', 'posterior.dropout.rate=0.3', 'posterior.variational.klWeight=1'];
  const own: Readonly<Record<string, string | null>> = {
    'deep-ensemble': 'posterior.members=9',
    'mc-dropout': 'posterior.dropout.rate=0.3',
    lru: null,
    variational: 'posterior.variational.klWeight=1',
  };

  test.each(Object.entries(own))('of %s changes with its own options only', async (type, changing) => {
    const base = await identityOf(`posterior.type=${type}`);
    for (const change of blocks) {
      expect((await identityOf(`posterior.type=${type}`, change)) === base).toBe(change !== changing);
    }
    expect(await identityOf(`posterior.type=${type}`, 'posterior.head.layers=[7]')).not.toBe(base);
  });

  test('tells every kind from the others', async () => {
    const all = await Promise.all(Object.keys(own).map((type) => identityOf(`posterior.type=${type}`)));
    expect(new Set(all).size).toBe(all.length);
  });
});

const ENSEMBLE = 'posterior.type=deep-ensemble';

describe('experimentIdentity() and the noise model', () => {
  const distance = 'posterior.noise.type=distance';

  test.each([
    ['posterior.noise.type=auto'],
    ['posterior.noise.type=constant'],
    ['posterior.noise.exponent=1'],
    ['posterior.noise.folds=7'],
  ])('says nothing of constant noise: %s', async (change) => {
    for (const kind of [['posterior.type=laplace'], EXTERNAL])
      expect(await identityOf(...kind, change)).toBe(await identityOf(...kind));
    expect(sharedIdentity(await load(ENSEMBLE, change))).not.toHaveProperty('posterior.noise');
  });

  test('knows type, exponent and folds of distance noise', async () => {
    expect(sharedIdentity(await load(ENSEMBLE, distance))).toHaveProperty('posterior.noise', {
      type: 'distance',
      exponent: 'auto',
      folds: 5,
    });
    const others = [[], [distance], [distance, 'posterior.noise.exponent=1'], [distance, 'posterior.noise.folds=4']];
    expect(new Set(await Promise.all(others.map((change) => identityOf(ENSEMBLE, ...change)))).size).toBe(
      others.length,
    );
  });
});

describe('experimentIdentity() and cross-fitting', () => {
  test('says nothing of folds where there are none', async () => {
    const config = await load(ENSEMBLE, 'validation.folds=null');
    expect(sharedIdentity(config)).toHaveProperty('validation', { split: 'validation', size: null, charged: true });
    expect(hashOf(experimentIdentity(config))).toBe(await identityOf(ENSEMBLE));
  });

  test('knows how many there are', async () => {
    const all = [[], ['validation.folds=4'], ['validation.folds=5']];
    expect(new Set(await Promise.all(all.map((change) => identityOf(ENSEMBLE, ...change)))).size).toBe(3);
  });
});

test('loadConfig() makes a model file absolute up to the last colon, and the paths of a command', async () => {
  const { posterior, oracle } = await load(
    'posterior.module=a:b/model.py:Two',
    'oracle.type=command',
    'oracle.command=./judge package.json node',
  );
  expect(posterior.module).toBe(join(process.cwd(), 'a:b/model.py:Two'));
  expect(oracle).toMatchObject({
    command: [join(process.cwd(), 'judge'), join(process.cwd(), 'package.json'), 'node'],
    timeoutSeconds: 3600,
  });
});

describe('experimentIdentity()', () => {
  test.each([
    ['sample', { measure: 'epistemic' }],
    ['softmax', { measure: 'epistemic', beta: 10_000 }],
    ['power', { measure: 'epistemic', beta: 8, offset: 0, annealing: null }],
    ['soft-rank', { measure: 'epistemic', beta: 1 }],
  ])('of %s holds options that came later only where they are used', async (policy, before) => {
    const optionsOf = async (...overrides: string[]) =>
      experimentIdentity(await load(`acquisition.policy=${policy}`, ...overrides))['acquisition'];
    expect(await optionsOf()).toMatchObject({ options: before });
    expect(await optionsOf()).toHaveProperty('options', before);
    expect(await optionsOf(`acquisition.${policy}.randomShare=0.2`)).toMatchObject({
      options: { ...before, randomShare: 0.2 },
    });
  });
});

test('experimentIdentity() of bayesian-linear says nothing of what it does not read', async () => {
  const linear = 'posterior.type=bayesian-linear';
  for (const unread of ['validation.size=10', 'posterior.noise.folds=7', 'posterior.training.lr=0.5'])
    expect(await identityOf(linear, unread)).toBe(await identityOf(linear));
  expect(await identityOf(linear, 'posterior.noise.exponent=1')).not.toBe(await identityOf(linear));
  expect(await identityOf(linear, 'posterior.bayesianLinear.rank=8')).not.toBe(await identityOf(linear));
});
