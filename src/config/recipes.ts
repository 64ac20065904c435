import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { usageError } from '../base/errors.ts';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import { suggestion } from '../base/text/nearest-name.ts';
import { readConfigTree } from './load-tree.ts';

/** A configuration that comes with balpm, named by its path below `configs`. */
export interface Recipe {
  readonly name: string;
  /** Its first line, a comment that says what it is for. */
  readonly summary: string;
  readonly path: string;
}

const FOLDER = join(PACKAGE_ROOT, 'configs');
/** What recipes are made of; no experiments by themselves. */
const PARTS = /^(parts|presets)\//;

/** Every recipe, by name. */
export function listRecipes(): readonly Recipe[] {
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replaceAll('\\', '/').slice(0, -'.yaml'.length))
    .filter((name) => !PARTS.test(name))
    .sort()
    .map((name) => readRecipe(name, join(FOLDER, `${name}.yaml`)));
}

function readRecipe(name: string, path: string): Recipe {
  const first = readFileSync(path, 'utf8').split('\n', 1)[0] ?? '';
  return { name, summary: first.replace(/^#\s*/, ''), path };
}

/** The recipe of that name. @throws BalpmError (usage) naming the nearest one. */
export function findRecipe(name: string): Recipe {
  const recipes = listRecipes();
  const found = recipes.find((recipe) => recipe.name === name);
  if (found) return found;
  const names = recipes.map((recipe) => recipe.name);
  throw usageError(
    `Cannot find recipe '${name}'${suggestion(name, names)}: there is no such recipe, one that \`balpm recipe ls\` lists is needed`,
  );
}

/** The recipe as one YAML file that stands alone: its parents are merged in, its summary is the first line. */
export async function renderRecipe({ summary, path }: Recipe): Promise<string> {
  const { tree } = await readConfigTree(path);
  return `# ${summary}\n${stringify(tree)}`;
}

/** The file name a recipe is copied to unless told otherwise: its own, with what it is a variant of. */
export function recipeFileName({ name }: Recipe): string {
  const isVariant = name.split('/').length > 2;
  return isVariant ? `${name.split('/').slice(1).toReversed().join('-')}.yaml` : `${basename(name)}.yaml`;
}
