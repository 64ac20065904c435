import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hashOf } from '../../src/base/text/canonical-json.ts';
import { experimentIdentity } from '../../src/config/identity.ts';
import { loadConfig } from '../../src/config/load.ts';
import { findRecipe } from '../../src/config/recipes.ts';
import { loadSweep } from '../../src/config/sweep.ts';
import { openCells } from '../../src/experiment/open-cells.ts';
import { planRun } from '../../src/experiment/planning/plan.ts';
import { resumeExperiment, runExperiment } from '../../src/experiment/run-experiment.ts';
import { settleConfig } from '../../src/experiment/settle-config.ts';
import { openSettings } from '../../src/posterior/open-settings.ts';
import { settled } from '../../src/posterior/settled.ts';
import { isOfCell, unitOf } from '../../src/slurm/submission/cell-config.ts';
import { makeScratch } from '../support/balpm.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const tiny = writeTinyConfig(scratch.path);
/** The tiny configuration without head and training. */
const open = join(scratch.path, 'open.yaml');
writeFileSync(open, readFileSync(tiny, 'utf8').replace(/^ {2}(head|training): .*\n/gm, ''));
const SPELLED = [
  'posterior.head.layers=[128,32]',
  'posterior.head.init=xavier_normal',
  ...['lr=5e-3', 'epochs=12', 'evalEvery=4'].map((setting) => `posterior.training.${setting}`),
];

/** Settled on features of so many dimensions with so many pairs in the pool. */
const onFeatures = async (dimension: number, items: number, ...overrides: string[]) => {
  const { config } = await loadConfig(open, ['rounds=75', 'acquisition.batch=320', ...overrides]);
  return settleConfig(config, { dimension, memberStores: [] }, items).posterior;
};

describe('settleConfig()', () => {
  test.each([8, 384, 1024])('on %i dimensions gives the head and training of the MiniLM recipe', async (dimension) => {
    const { head, training } = (await loadConfig(findRecipe('examples/minilm').path)).config.posterior;
    expect(await onFeatures(dimension, 50_000)).toMatchObject({ head, training });
  });

  test('on hidden states gives the paper’s head, with a rate for few steps until there are 10,000 labels', async () => {
    const { head, training } = (await loadConfig(open, [], 'paper')).config.posterior;
    const few = { ...training, lr: 5e-4, epochs: 8, evalEvery: 10 };
    expect(await onFeatures(1025, 9999)).toMatchObject({ head, training: few });
    expect(await onFeatures(4096, 50_000)).toMatchObject({ head, training });
    expect(await onFeatures(4096, 50_000, 'rounds=2')).toMatchObject({ head, training: few });
    expect(await onFeatures(4096, 10_000, 'acquisition.initial=all')).toMatchObject({ head, training });
  });

  test('leaves alone what the configuration gives', async () => {
    const given = await loadConfig(tiny);
    expect(settleConfig(given.config, { dimension: 384, memberStores: [] }, 9)).toBe(given.config);
    const { head, training } = await onFeatures(384, 9, 'posterior.training.lr=0.1', 'posterior.training.patience=9');
    expect(head).toMatchObject({ layers: [128, 32] });
    expect(training).toMatchObject({ lr: 0.1, patience: 9, epochs: 12, evalEvery: 4, batch: 32 });
  });

  test('gives a head that is spelled out the paper’s training, whatever the features, as ever', async () => {
    const { training } = (await loadConfig(open, [], 'paper')).config.posterior;
    const { config } = await loadConfig(open, ['posterior.head.layers=[9]', 'posterior.training.epochs=7']);
    expect(config.posterior).toMatchObject({
      head: { layers: [9], activation: 'tanh', init: 'normal', initScale: 0.01 },
      training: { ...training, epochs: 7 },
    });
    expect(openSettings(config.posterior)).toEqual([]);
  });

  test('goes by the widest store of a cross-backbone ensemble; adapters of a language model have the paper’s', async () => {
    const { config } = await loadConfig(open);
    const memberStores = [8, 4096].map((dimension) => ({ dimension, store: { path: '', id: '' } }));
    const across = { ...config, posterior: { ...config.posterior, type: 'cross-backbone' as const } };
    expect(settleConfig(across, { dimension: 8, memberStores }, 100).posterior).toMatchObject({
      training: { lr: 5e-4 },
    });
    const tuned = await loadConfig(open, ['posterior.type=fine-tuned', 'posterior.fineTuned.model=lm']);
    expect(tuned.config.posterior).toMatchObject({ head: { layers: [2048, 256] }, training: { lr: 3e-5 } });
  });

  test('has to come before a run: nothing works with settings that are open', async () => {
    const { posterior } = (await loadConfig(open, ['posterior.training.lr=1'])).config;
    expect(openSettings(posterior)).toEqual([
      'head',
      ...Object.keys(posterior.training)
        .slice(1)
        .map((key) => `training.${key}`),
    ]);
    expect(() => settled(posterior)).toThrow('Cannot use posterior.head: it is open; call settleConfig() before');
  });
});

describe('a run whose configuration gives no head', () => {
  const resolvedOf = (id: string) =>
    parse(readFileSync(join(scratch.path, 'runs', id, 'config.resolved.yaml'), 'utf8')) as { posterior: object };

  test('is that of a configuration which spells out what was settled, bit for bit, and resumes as it', async () => {
    const overrides = ['rounds=2'];
    const left = await runExperiment({ config: open, overrides, id: 'left' });
    const spelled = await runExperiment({ config: open, overrides: [...overrides, ...SPELLED], id: 'spelled' });
    expect(left).toMatchObject({ status: 'done', digest: spelled.digest });
    expect(resolvedOf('left')).toEqual(resolvedOf('spelled'));
    const again = await runExperiment({
      config: open,
      overrides: [...overrides, ...SPELLED],
      id: 'left',
      orResume: true,
    });
    expect(again.digest).toBe(left.digest);
    expect((await resumeExperiment(join(scratch.path, 'runs/left'))).digest).toBe(left.digest);
  });

  test('is planned with what it will have', async () => {
    const { config } = await loadConfig(open);
    const { settings, trainingFlop } = await planRun(config, 'next');
    expect(settings).toMatchObject({ head: { layers: [128, 32] }, training: { epochs: 12 } });
    expect(trainingFlop).toBe((await planRun((await loadConfig(open, SPELLED)).config, 'next')).trainingFlop);
  });

  test('is a cell of a sweep and of a campaign like any other', async () => {
    const cells = await loadSweep(open, ['seed=1,2'], (config) => hashOf(experimentIdentity(config)));
    const opened = await openCells(cells, join(scratch.path, 'runs/cells'));
    expect(opened.map(({ isNew }) => isNew)).toEqual([true, true]);
    expect(resolvedOf('cells/s1')).toMatchObject({ posterior: { head: { layers: [128, 32] } } });
    expect((await openCells(cells, join(scratch.path, 'runs/cells'))).map(({ isNew }) => isNew)).toEqual([
      false,
      false,
    ]);
    const { config } = (cells[0] as (typeof cells)[number]).loaded;
    const run = settleConfig(config, { dimension: 8, memberStores: [] }, 240);
    const unit = unitOf(cells[0] as (typeof cells)[number]);
    expect(unit.open).toContain('training.lr');
    expect(isOfCell(run, unit)).toBe(true);
    expect(isOfCell({ ...run, seed: 3 }, unit)).toBe(false);
    expect(isOfCell({ ...run, posterior: { ...run.posterior, members: 2 } }, unit)).toBe(false);
    const closed = (await loadSweep(tiny, ['seed=1'], () => ''))[0] as (typeof cells)[number];
    expect(unitOf(closed)).not.toHaveProperty('open');
    expect(isOfCell(closed.loaded.config, unitOf(closed))).toBe(true);
    expect(isOfCell({ ...closed.loaded.config, posterior: run.posterior }, unitOf(closed))).toBe(false);
  });
});
