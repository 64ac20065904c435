import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/base/package-info.ts';
import { listRecipes } from '../../src/config/recipes.ts';
import { dataScripts } from './slurm/data-scripts.ts';
import { featureScripts } from './slurm/feature-scripts.ts';
import { paperScript } from './slurm/paper-script.ts';
import { paperRow } from './slurm/paper-table.ts';

/** Every batch script of slurm/ by its path from the repository's root; the same recipes give the same bytes. */
export async function slurmScripts(): Promise<Record<string, string>> {
  const recipes = listRecipes().filter(({ name }) => /^paper\/[^/]+$/.test(name));
  const page = join(PACKAGE_ROOT, 'docs/explanation/paper.md');
  const scripts = recipes.map(
    async (recipe) => [`slurm/${recipe.name}.sbatch`, await paperScript(recipe, paperRow(page, recipe.name))] as const,
  );
  return { ...Object.fromEntries(await Promise.all(scripts)), ...featureScripts(), ...dataScripts() };
}
