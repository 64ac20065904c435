import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { usageError } from '../base/errors.ts';
import { quotePath, writeFileAtomic } from '../base/files/files.ts';
import { findRecipe, listRecipes, recipeFileName, renderRecipe } from '../config/recipes.ts';
import type { CommandIo } from './command.ts';
import { withExamples } from './options/with-examples.ts';
import { renderTable } from './terminal/render-table.ts';

/** `balpm recipe ls|show|cp` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm recipe ls', 'balpm recipe cp paper/main']);
  registerList(command, io);
  registerShow(command, io);
  registerCopy(command, io);
}

function registerList(command: Command, io: CommandIo): void {
  withExamples(command.command('ls'), ['balpm recipe ls', 'balpm recipe ls --json'])
    .description('list the configurations that come with balpm')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) => {
      const recipes = listRecipes();
      if (options.json) io.printDocument({ recipes });
      else io.printLines(renderTable(recipes.map(({ name, summary }) => ({ name, summary }))));
    });
}

function registerShow(command: Command, io: CommandIo): void {
  withExamples(command.command('show'), ['balpm recipe show paper/main'])
    .description('print a recipe as one file that stands alone')
    .argument('<name>', 'recipe, as `balpm recipe ls` lists it')
    .option('--json', 'print one JSON document')
    .action(async (name: string, options: { json?: boolean }) => {
      const recipe = findRecipe(name);
      const text = await renderRecipe(recipe);
      if (options.json) io.printDocument({ ...recipe, text });
      else io.printText(text.trimEnd());
    });
}

function registerCopy(command: Command, io: CommandIo): void {
  withExamples(command.command('cp'), ['balpm recipe cp paper/main', 'balpm recipe cp paper/main mine.yaml'])
    .description('copy a recipe to a file of your own, to be changed')
    .argument('<name>', 'recipe, as `balpm recipe ls` lists it')
    .argument('[file]', 'file to write; must not exist (default: its own name, here)')
    .option('--force', 'replace the file')
    .option('--json', 'print one JSON document')
    .action(async (name: string, given: string | undefined, options: { force?: boolean; json?: boolean }) => {
      const recipe = findRecipe(name);
      const file = given ?? recipeFileName(recipe);
      if (existsSync(file) && !options.force) throw existing(name, file);
      writeFileAtomic(file, await renderRecipe(recipe));
      if (options.json) io.printDocument({ recipe: name, file });
      else io.print(file);
    });
}

const existing = (name: string, file: string) =>
  usageError(`Cannot copy recipe '${name}' to ${quotePath(file)}: it exists, another name or --force is needed`);
