import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { findRecipe, listRecipes, recipeFileName, renderRecipe } from '../../src/config/recipes.ts';
import { balpm, makeScratch } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const PAPER = listRecipes().filter(({ name }) => /^paper\/[^/]+$/.test(name));

describe('listRecipes()', () => {
  test('gives every configuration with a sentence on it, parts left out', () => {
    const recipes = listRecipes();
    expect(recipes.map(({ name }) => name)).toEqual(expect.arrayContaining(['quickstart', 'paper/main']));
    expect(recipes.filter(({ name }) => name.startsWith('parts/'))).toEqual([]);
    expect(recipes.filter(({ summary }) => !/^[A-Z].{20,}[.:]$|^[A-Z].{20,}/.test(summary))).toEqual([]);
  });

  test.each(PAPER)('has $name in the preset of the published code too', async ({ name, path }) => {
    const [paper, reference] = await Promise.all(
      [path, findRecipe(name.replace('paper/', 'paper/reference/')).path].map(
        async (file) => (await loadConfig(file)).config,
      ),
    );
    expect(reference?.name).toBe(`${paper?.name}-reference`);
    expect(reference?.posterior.initialisation).toBe('reference');
    expect(reference?.validation.charged).toBe(false);
    expect(reference?.sweep).toEqual(paper?.sweep);
    expect(reference?.data).toEqual(paper?.data);
    expect(reference?.acquisition).toMatchObject({ 'batch-entropy': { preset: 'reference' } });
    expect(paper?.acquisition).toMatchObject({ 'batch-entropy': { preset: 'paper' } });
  });
});

describe('renderRecipe()', () => {
  test.each(listRecipes())('gives $name as one file with the same meaning', async (recipe) => {
    const file = join(scratch.path, `rendered-${recipeFileName(recipe)}`);
    writeFileSync(file, await renderRecipe(recipe));
    expect((await loadConfig(file)).config).toEqual((await loadConfig(recipe.path)).config);
  });
});

describe('balpm recipe', () => {
  test('ls prints every recipe', async () => {
    const { status, stdout } = await balpm(['recipe', 'ls', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, recipes: listRecipes() });
  });

  test('show prints one file that stands alone', async () => {
    const { status, stdout } = await balpm(['recipe', 'show', 'paper/reference/scale-70b']);
    expect(status).toBe(0);
    expect(stdout).toContain('store: features/tldr-70b');
    expect(stdout).not.toContain('extends');
  });

  test('cp writes a file, refuses to replace it, and does with --force', async () => {
    const copy = (...more: string[]) => balpm(['recipe', 'cp', 'paper/reference/main', ...more], { cwd: scratch.path });
    expect(await copy()).toMatchObject({ status: 0, stdout: 'main-reference.yaml' });
    const file = join(scratch.path, 'main-reference.yaml');
    writeFileSync(file, 'mine');
    const refused = await copy();
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain(
      "Cannot copy recipe 'paper/reference/main' to 'main-reference.yaml': it exists, another name or --force is needed",
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(await copy('--force')).toMatchObject({ status: 0 });
    expect(readFileSync(file, 'utf8')).toContain('name: main-reference');
  });

  test('refuses a recipe that is not there and names the nearest', async () => {
    const { status, stderr } = await balpm(['recipe', 'show', 'paper/mian']);
    expect(status).toBe(2);
    expect(stderr).toContain("Cannot find recipe 'paper/mian' (did you mean 'paper/main'?)");
  });
});
