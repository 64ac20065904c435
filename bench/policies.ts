/**
 * Every policy and posterior, and BAL-PM over β, against random: area under the log-likelihood curve, paired seeds,
 * intervals and verdicts. Runs are kept below `directory`, so that a second call goes on where the first ended.
 * `npx tsx bench/policies.ts [policies|beta|all] [seeds=10] [lanes=2] [directory=.balpm/bench-policies]` after
 * `npm run build`; with `--write` the tables are put into docs/explanation/policies.md and docs/explanation/beta.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { makeDirectory } from '../src/base/files/files.ts';
import { replaceBlock } from '../tools/generate/replace-block.ts';
import { type ArmsToRun, runArms } from './policies/run-arms.ts';
import { renderGroups } from './policies/table-blocks.ts';
import { BENCH_TABLES, type BenchTable } from './policies/tables.ts';
import { prepareWorlds } from './policies/worlds.ts';

const words = process.argv.slice(2).filter((word) => word !== '--write');
const [what = 'all', seeds = '10', lanes = '2', directory = '.balpm/bench-policies'] = words;

/** Runs one table's arms on every world; gives its Markdown. */
async function makeTable(table: BenchTable): Promise<string> {
  const worlds = await prepareWorlds(directory, '../shared');
  for (const world of worlds) {
    const request: ArmsToRun = {
      world,
      arms: table.arms,
      seeds: Array.from({ length: Number(seeds) }, (_value, index) => index + 1),
      directory: `${directory}/${table.name}`,
      lanes: Number(lanes),
    };
    const failed = (await runArms(request)).filter(({ status }) => status === 'failed');
    for (const { id } of failed) process.stderr.write(`${world.name}: ${id} failed\n`);
  }
  return renderGroups(
    table,
    worlds.map(({ name }) => name),
    `${directory}/${table.name}`,
  );
}

makeDirectory(directory);
process.stdout.write(`processor: ${cpus()[0]?.model}, ${seeds} paired seeds\n`);
for (const table of BENCH_TABLES.filter(({ name }) => what === 'all' || what === name)) {
  const content = await makeTable(table);
  process.stdout.write(`\n## ${table.name}\n\n${content}\n`);
  if (process.argv.includes('--write')) {
    const path = `docs/explanation/${table.page}`;
    writeFileSync(path, replaceBlock(readFileSync(path, 'utf8'), table.name, content, path));
  }
}
