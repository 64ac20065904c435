/**
 * Every policy and posterior, and BAL-PM over β, against random: area under the log-likelihood curve, paired seeds,
 * intervals and verdicts. Runs are kept below `directory`, so that a second call goes on where the first ended.
 * `npx tsx bench/policies.ts [policies|beta|all] [seeds=10] [lanes=2] [directory=.balpm/bench-policies]` after
 * `npm run build`; with `--write` the tables are put into docs/policies.md and docs/beta.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { makeDirectory } from '../src/base/files.ts';
import { BETA_ARMS, type BenchArm, POLICY_ARMS, POSTERIOR_ARMS } from './policies/arms.ts';
import { type ArmsToRun, groupDirectory, runArms } from './policies/run-arms.ts';
import { renderRows, tableRows } from './policies/table.ts';
import { prepareWorlds } from './policies/worlds.ts';

const words = process.argv.slice(2).filter((word) => word !== '--write');
const [what = 'all', seeds = '10', lanes = '2', directory = '.balpm/bench-policies'] = words;

/** What is run and which page shows it. */
const TABLES: readonly { readonly name: string; readonly page: string; readonly arms: readonly BenchArm[] }[] = [
  { name: 'policies', page: 'docs/policies.md', arms: [...POLICY_ARMS, ...POSTERIOR_ARMS] },
  { name: 'beta', page: 'docs/beta.md', arms: BETA_ARMS },
];

/** Runs one table's arms on every world; gives its Markdown. */
async function makeTable(name: string, arms: readonly BenchArm[]): Promise<string> {
  const parts: string[] = [];
  for (const world of await prepareWorlds(directory, '../shared')) {
    const request: ArmsToRun = {
      world,
      arms,
      seeds: Array.from({ length: Number(seeds) }, (_value, index) => index + 1),
      directory: `${directory}/${name}`,
      lanes: Number(lanes),
    };
    const failed = (await runArms(request)).filter(({ status }) => status === 'failed');
    for (const { id } of failed) process.stderr.write(`${world.name}: ${id} failed\n`);
    for (const posterior of new Set(arms.map((arm) => arm.posterior))) {
      parts.push(`### ${world.name}, posterior ${posterior}`);
      parts.push(renderRows(await tableRows(groupDirectory(request, posterior))));
    }
  }
  return parts.join('\n\n');
}

/** Puts a table between the page's markers. */
function writeTable(page: string, table: string): void {
  const [begin, end] = ['<!-- table -->', '<!-- end of table -->'];
  const text = readFileSync(page, 'utf8');
  const [before, after] = [text.split(begin, 1)[0], text.split(end).at(-1)];
  writeFileSync(page, `${before}${begin}\n\n${table}\n\n${end}${after}`);
}

makeDirectory(directory);
process.stdout.write(`processor: ${cpus()[0]?.model}, ${seeds} paired seeds\n`);
for (const { name, page, arms } of TABLES.filter((table) => what === 'all' || what === table.name)) {
  const table = await makeTable(name, arms);
  process.stdout.write(`\n## ${name}\n\n${table}\n`);
  if (process.argv.includes('--write')) writeTable(page, table);
}
