import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hashOf } from '../../src/base/text/canonical-json.ts';
import { describeMethod } from '../../src/config/describe-method.ts';
import { experimentIdentity } from '../../src/config/identity.ts';
import { loadConfig } from '../../src/config/load.ts';
import { findRecipe } from '../../src/config/recipes.ts';
import { loadSweep } from '../../src/config/sweep.ts';
import { DEFAULT_METHOD } from '../../src/posterior/default-method.ts';
import { makeScratch } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const file = (name: string, text = ''): string => {
  const path = join(scratch.path, name);
  writeFileSync(path, `data: {dataset: d, store: s}\n${text}`);
  return path;
};
const bare = file('bare.yaml');
/** configHash of a configuration that named nothing but data when every default was the paper's (commit a648d9c). */
const PAPER = 'a46fae9ed48fe625d6e2a02ab24692824e251f00b414fd6b1be742410375508b';
const configHash = async (...given: Parameters<typeof loadConfig>): Promise<string> =>
  hashOf(experimentIdentity((await loadConfig(...given)).config));

describe('a preset', () => {
  test('paper is all that the defaults of the first version were', async () => {
    expect(await configHash(bare, [], 'paper')).toBe(PAPER);
  });

  test('reference is the method of the recipe for the published code', async () => {
    const recipe = await loadConfig(findRecipe('paper/reference/main').path);
    const { acquisition, posterior, rounds, validation } = (await loadConfig(bare, [], 'reference')).config;
    expect({ acquisition, posterior, rounds, validation }).toEqual({
      acquisition: recipe.config.acquisition,
      posterior: recipe.config.posterior,
      rounds: recipe.config.rounds,
      validation: recipe.config.validation,
    });
  });

  test('lies above the defaults, below the file and what it extends, and below overrides', async () => {
    file('parent.yaml', 'posterior: {members: 3}\n');
    const child = file('child.yaml', 'extends: parent.yaml\nposterior: {training: {epochs: 9}}\nrounds: 2\n');
    const { config, choice } = await loadConfig(child, ['posterior.head.layers=[7]', 'seed=1'], 'reference');
    expect(config).toMatchObject({ rounds: 2, seed: 1, validation: { charged: false } });
    expect(config.posterior).toMatchObject({
      members: 3,
      initialisation: 'reference',
      head: { layers: [7], initScale: 0.01 },
      training: { epochs: 9, lr: 3e-5 },
    });
    expect(choice.preset?.keys).toEqual(
      expect.arrayContaining(['acquisition', 'posterior.head.init', 'posterior.training.lr', 'validation']),
    );
    expect(choice.preset?.keys).not.toContain('rounds');
    expect(choice.preset?.keys).not.toContain('posterior.head.layers');
  });

  test('is undone key by key by ~key, which goes back to the default', async () => {
    const { config, choice } = await loadConfig(bare, ['~acquisition.policy', '~posterior.training.lr'], 'paper');
    expect(config.acquisition.policy).toBe(DEFAULT_METHOD.policy);
    expect(choice).toMatchObject({ policy: 'default', posterior: 'preset' });
    expect(choice.preset?.keys.filter((key) => /^acquisition\.[pi]|^posterior\.[t]/.test(key))).toEqual([
      'acquisition.initial',
      'posterior.type',
      ...[
        'beta1',
        'beta2',
        'eps',
        'weightDecay',
        'clipNorm',
        'warmupSteps',
        'batch',
        'epochs',
        'evalEvery',
        'patience',
      ].map((key) => `posterior.training.${key}`),
    ]);
    expect(choice.preset?.keys).toContain('posterior.head');
  });

  test('lies below every cell of a sweep', async () => {
    const args = ['acquisition.policy=random,batch-entropy', 'posterior.members=2'];
    const cells = await loadSweep(bare, args, (config) => hashOf(experimentIdentity(config)), 'paper');
    expect(cells.map(({ id }) => id)).toEqual(['random-s9', 'batch-entropy-s9']);
    for (const { loaded } of cells) {
      expect(loaded.config.posterior).toMatchObject({ members: 2, head: { layers: [2048, 256] } });
      expect(loaded.choice).toMatchObject({ policy: 'named', posterior: 'preset', preset: { name: 'paper' } });
    }
  });

  test('that is not there is refused with those there are', async () => {
    const refusal =
      "Cannot use preset 'papr' (did you mean 'paper'?): there is no such preset, one of paper, reference is needed";
    await expect(loadConfig(bare, [], 'papr')).rejects.toThrow(refusal);
    await expect(loadSweep(bare, [], () => '', '../parts/paper')).rejects.toThrow("Cannot use preset '../parts/paper'");
  });

  test('keeps faults where they are: in the file, not in the preset', async () => {
    const wrong = file('wrong.yaml', 'posterior: {training: {epochs: 0}}\n');
    await expect(loadConfig(wrong, [], 'paper')).rejects.toThrow(
      "Cannot use config key 'posterior.training.epochs' ('" + wrong + "' line 2): 0 (number) was found",
    );
    await expect(loadConfig(file('scalar.yaml', 'posterior: 5\n'), [], 'paper')).rejects.toThrow(
      "Cannot use config key 'posterior'",
    );
  });
});

describe('describeMethod()', () => {
  const sentence = async (overrides: readonly string[], preset: string | null = null): Promise<string> => {
    const { config, choice } = await loadConfig(bare, overrides, preset);
    return describeMethod(config, choice);
  };
  const { policy, posterior, why } = DEFAULT_METHOD;

  test('says of what nobody chose that it is the default, where that was decided, and how to have BAL-PM', async () => {
    expect(await sentence([])).toBe(
      `policy ${policy} on posterior ${posterior}, the defaults (${why}; docs/decisions/default-policy.md); --preset paper is BAL-PM as published`,
    );
    expect(await sentence(['posterior.type=laplace'])).toBe(
      `policy ${policy}, the default, on posterior laplace, as configured`,
    );
  });

  test.each([
    [['acquisition.policy=random'], null, `policy random, as configured, on posterior ${posterior}, the default`],
    [['acquisition.policy=random', 'posterior.type=lru'], null, 'policy random on posterior lru, as configured'],
    [[], 'paper', 'policy batch-entropy on posterior deep-ensemble, of preset paper'],
    [
      ['posterior.type=laplace'],
      'reference',
      'policy batch-entropy, of preset reference, on posterior laplace, as configured',
    ],
  ])('with %j and preset %s is just what was chosen', async (overrides, preset, expected) => {
    expect(await sentence(overrides, preset)).toBe(expected);
  });

  test('counts a parent, a recipe and a swept value as named', async () => {
    file('named.yaml', 'acquisition: {policy: top-k}\n');
    const { choice } = await loadConfig(file('heir.yaml', 'extends: named.yaml\n'));
    expect(choice).toEqual({ policy: 'named', posterior: 'default', preset: null });
    expect((await loadConfig(findRecipe('paper/main').path)).choice).toMatchObject({
      policy: 'named',
      posterior: 'named',
    });
  });
});
