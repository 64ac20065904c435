import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { makeScratch } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const file = join(scratch.path, 'base.yaml');
writeFileSync(file, 'data: {dataset: d, store: s}\n');

describe('PosteriorConfig', () => {
  test.each([
    [
      ['posterior.type=dropout'],
      "'posterior.type'",
      'one of bayesian-linear, deep-ensemble, mc-dropout, lru, variational, laplace, cross-backbone, fine-tuned, external',
    ],
    [['posterior.dropout.rate=1'], "'posterior.dropout.rate'", 'a number below 1'],
    [['posterior.dropout.rate=0'], "'posterior.dropout.rate'", 'a number above 0'],
    [['posterior.dropout.samples=0'], "'posterior.dropout.samples'", 'a number of at least 1'],
    [['posterior.dropout.sample=3'], "'posterior.dropout.sample'", "did you mean 'posterior.dropout.samples'"],
    [['posterior.variational.klWeight=-1'], "'posterior.variational.klWeight'", 'a number of at least 0'],
    [['posterior.laplace.priorPrecision=-1'], "'posterior.laplace.priorPrecision'", 'a number of at least 0'],
    [['posterior.laplace.priorPrecision=.inf'], "'posterior.laplace.priorPrecision'", 'a number is needed'],
    [['posterior.laplace.samples=257'], "'posterior.laplace.samples'", 'a number of at most 256'],
    [['posterior.laplace.sample=3'], "'posterior.laplace.sample'", "did you mean 'posterior.laplace.samples'"],
    [
      ['posterior.type=cross-backbone'],
      "'data.stores'",
      'a list of at least two feature stores (because posterior.type is cross-backbone)',
    ],
    [['posterior.fineTuned.rank=0'], "'posterior.fineTuned.rank'", 'a number of at least 1'],
    [
      ['posterior.type=fine-tuned'],
      "'posterior.fineTuned.model'",
      'a model directory or hub id (because posterior.type is fine-tuned)',
    ],
    [
      ['posterior.type=mc-dropout', 'posterior.head.layers=[]'],
      "'posterior.head.layers'",
      'a hidden layer to drop units of (because posterior.type is mc-dropout)',
    ],
    [['posterior.noise.type=loud'], "'posterior.noise.type'", 'one of auto, constant, distance, lapse'],
    [['posterior.noise.exponent=2.1'], "'posterior.noise.exponent'", 'a number of at most 2'],
    [['posterior.noise.exponent=-0.1'], "'posterior.noise.exponent'", 'a number of at least 0'],
    [['posterior.noise.exponent=.nan'], "'posterior.noise.exponent'", 'a number in [0, 2], or auto'],
    [['posterior.noise.exponent=all'], "'posterior.noise.exponent'", 'a number in [0, 2], or auto'],
    [['posterior.noise.folds=1'], "'posterior.noise.folds'", 'a number of at least 2'],
    [['posterior.noise.fold=3'], "'posterior.noise.fold'", "did you mean 'posterior.noise.folds'"],
    [['posterior.noise.lapseRate=1'], "'posterior.noise.lapseRate'", 'a number below 1'],
    [['posterior.noise.lapseRate=0'], "'posterior.noise.lapseRate'", 'a number above 0'],
    [
      ['posterior.type=laplace', 'posterior.noise.type=lapse'],
      "'posterior.noise.type'",
      'constant or distance (because posterior.type needs a loss with one minimum)',
    ],
    [
      ['posterior.type=external', 'posterior.module=m.py:M', 'posterior.noise.type=lapse'],
      "'posterior.noise.type'",
      'constant (because posterior.type has no place for a noise model)',
    ],
    [['validation.folds=1'], "'validation.folds'", 'a number of at least 2'],
    [['validation.folds=21'], "'validation.folds'", 'a number of at most 20'],
    [
      ['posterior.type=external', 'posterior.module=m.py:M', 'validation.folds=5'],
      "'validation.folds'",
      'null (because posterior.type decides itself how long it learns)',
    ],
    [
      ['posterior.type=external', 'posterior.module=m.py:M', 'posterior.noise.type=distance'],
      "'posterior.noise.type'",
      'constant (because posterior.type has no place for a noise model)',
    ],
  ])('refuses %j', async (overrides, key, needed) => {
    const refused = loadConfig(file, overrides);
    await expect(refused).rejects.toThrow(key);
    await expect(refused).rejects.toThrow(needed);
  });

  test('takes a linear head of any kind but mc-dropout', async () => {
    for (const type of ['deep-ensemble', 'lru', 'variational', 'laplace']) {
      const { config } = await loadConfig(file, [`posterior.type=${type}`, 'posterior.head.layers=[]']);
      expect(config.posterior).toMatchObject({ type, head: { layers: [] } });
    }
  });
});
