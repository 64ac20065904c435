import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from '../finding/blocks.ts';
import { groupPath } from './run-arms.ts';
import { renderRows, tableRows } from './table.ts';
import { BENCH_TABLES, type BenchTable, posteriorsOf } from './tables.ts';

const WORLDS = ['synthetic', 'alpaca-pairs'];

/** The tables of which every group of runs is below a directory, each as a block of its page. */
export async function tableBlocks(directory: string): Promise<readonly Block[]> {
  const whole = BENCH_TABLES.filter((table) =>
    groupsOf(table, WORLDS, join(directory, table.name)).every(({ path }) => existsSync(path)),
  );
  return Promise.all(
    whole.map(async (table) => ({
      page: table.page,
      name: table.name,
      content: await renderGroups(table, WORLDS, join(directory, table.name)),
    })),
  );
}

/** One table's Markdown, a part a world and posterior. */
export async function renderGroups(table: BenchTable, worlds: readonly string[], directory: string): Promise<string> {
  const parts = groupsOf(table, worlds, directory).map(
    async ({ title, path }) => `### ${title}\n\n${renderRows(await tableRows(path))}`,
  );
  return (await Promise.all(parts)).join('\n\n');
}

const groupsOf = (table: BenchTable, worlds: readonly string[], directory: string) =>
  worlds.flatMap((world) =>
    posteriorsOf(table).map((posterior) => ({
      title: `${world}, posterior ${posterior}`,
      path: groupPath(directory, world, posterior),
    })),
  );
