import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { trainingsOfRound } from '../../../src/loop/model/trainings-of-round.ts';
import { makeScratch } from '../../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const file = join(scratch.path, 'base.yaml');
writeFileSync(file, 'data: {dataset: d, store: s}\nposterior: {type: deep-ensemble}\n');
const NOISE = 'posterior.noise.type=distance';

describe('trainingsOfRound()', () => {
  test.each([
    ['a run as ever', [], [1, 1]],
    ['nothing that validates', ['validation.split=null'], [1, 1]],
    ['an exponent that is fixed', [NOISE, 'posterior.noise.exponent=1'], [1, 1]],
    ['an exponent by validation', [NOISE], [3, 1]],
    ['an exponent by cross-fitting', [NOISE, 'validation.split=null', 'posterior.noise.folds=4'], [10, 1]],
    ['a fit that chooses by itself', ['posterior.type=bayesian-linear'], [1, 1]],
    ['cross-fitted stops', ['validation.folds=5'], [5, 5]],
    ['cross-fitted stops and an exponent', [NOISE, 'validation.folds=5'], [13, 5]],
  ])('counts %s', async (_what, overrides, expected) => {
    const { config } = await loadConfig(file, overrides);
    expect([0, 1].map((round) => trainingsOfRound(config, round))).toEqual(expected);
  });
});
