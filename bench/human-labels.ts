/**
 * The arms of the comparison on labels by people (docs/decisions/default-policy.md): the pairs of pandalm-human, five
 * splits by prompt, mean of three annotations as the label. `npx tsx bench/human-labels.ts [seeds=4] [lanes=2]
 * [directory=.balpm/bench-human]` after `npm run build`; runs are kept, a second call goes on. The first call makes the
 * data set and says how its features are extracted.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { areaUnderCurve } from '../src/evaluation/metrics/area-under-curve.ts';
import { studentInterval } from '../src/evaluation/statistics/student-interval.ts';
import { findRunRecords } from '../src/ledger/read-run-record.ts';
import { openStream } from '../src/random/stream.ts';
import { BASELINE, DEFAULT_ARMS, GROUP } from './defaults/arms.ts';
import { copyStore } from './defaults/copy-store.ts';
import { groupPath, runArms } from './policies/run-arms.ts';

interface Judged {
  readonly id: string;
  readonly prompt: string;
  readonly response_a: string;
  readonly response_b: string;
  readonly annotations: readonly ('a' | 'b' | 'tie')[];
}

const [seeds = '4', lanes = '2', directory = '.balpm/bench-human'] = process.argv.slice(2);
const SPLITS = 5;
const [TEST_PROMPTS, VALIDATION_PROMPTS] = [25, 10];
const BUDGET = ['rounds=8', 'acquisition.initial=20', 'acquisition.batch=20', 'acquisition.batch-entropy.k=5'];
const VOTES = { a: 1, b: 0, tie: 0.5 } as const;

const judged = gunzipSync(readFileSync('../shared/data/pandalm-human/pairs.jsonl.gz'))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Judged)
  .filter(({ response_a: a, response_b: b }) => a.trim() !== '' && b.trim() !== '');
const all = { dataset: join(directory, 'all'), store: join(directory, 'all-store') };
importSplits(all.dataset, { train: judged });
if (!existsSync(all.store)) {
  process.stderr.write(
    `Cannot run without features: there is no ${all.store}; balpm features extract ${all.dataset} --model MINILM --out ${all.store} --pooling mean --max-tokens 256\n`,
  );
  process.exit(3);
}
const areas = new Map(DEFAULT_ARMS.map(({ name }) => [name, new Map<string, number>()]));
for (let split = 0; split < SPLITS; split++) await runSplit(split);
process.stdout.write(
  '| arm | runs | area, test | against today-random, mean over splits | by split |\n| --- | --- | --- | --- | --- |\n',
);
for (const [arm, byRun] of areas) process.stdout.write(`| ${rowOf(arm, byRun).join(' | ')} |\n`);

/** Whole prompts, drawn: some to test, some to validate, the rest to pick from. */
async function runSplit(split: number): Promise<void> {
  const dataset = join(directory, `split-${split}`);
  const store = `${dataset}-store`;
  const stream = openStream([split, 'prompts']);
  const keys = new Map([...new Set(judged.map(({ prompt }) => prompt))].map((prompt) => [prompt, stream.uniform()]));
  const order = [...keys.keys()].toSorted((one, other) => keys.get(one)! - keys.get(other)!);
  const rank = new Map(order.map((prompt, at) => [prompt, at]));
  const within = (from: number, to: number) =>
    judged.filter(({ prompt }) => rank.get(prompt)! >= from && rank.get(prompt)! < to);
  const kept = TEST_PROMPTS + VALIDATION_PROMPTS;
  importSplits(dataset, {
    train: within(kept, order.length),
    validation: within(TEST_PROMPTS, kept),
    test: within(0, TEST_PROMPTS),
  });
  if (!existsSync(store)) await copyStore(all, dataset, store);
  const world = {
    name: `split-${split}`,
    config: 'configs/examples/minilm.yaml',
    overrides: [`data.dataset=${dataset}`, `data.store=${store}`, ...BUDGET],
  };
  const list = Array.from({ length: Number(seeds) }, (_value, index) => index + 1);
  await runArms({ world, arms: DEFAULT_ARMS, seeds: list, directory, lanes: Number(lanes) });
  for (const { policy, seed, status, rounds } of await findRunRecords([groupPath(directory, world.name, GROUP)])) {
    if (status !== 'done') continue;
    const labels = rounds.map((round) => round.labels);
    const values = rounds.map((round) => round.splits['test']!.logLikelihood);
    areas.get(policy)!.set(`${split} ${seed}`, areaUnderCurve(labels, values));
  }
}

function importSplits(dataset: string, splits: Readonly<Record<string, readonly Judged[]>>): void {
  if (existsSync(dataset)) return;
  const source = `${dataset}-lines`;
  mkdirSync(source, { recursive: true });
  for (const [name, pairs] of Object.entries(splits))
    writeFileSync(join(source, `${name}.jsonl`), pairs.map((pair) => `${JSON.stringify(lineOf(pair))}\n`).join(''));
  execFileSync(process.execPath, ['dist/main.js', 'data', 'import', source, '--out', dataset], { stdio: 'ignore' });
}

function lineOf({ id, prompt, response_a, response_b, annotations }: Judged): object {
  const p = annotations.reduce((sum, vote) => sum + VOTES[vote], 0) / annotations.length;
  return { id, prompt, response_a, response_b, preferred: p >= 0.5 ? 'a' : 'b', p_a: p };
}

function rowOf(arm: string, byRun: ReadonlyMap<string, number>): readonly (string | number)[] {
  const cells = [arm, byRun.size, mean([...byRun.values()]).toFixed(4)];
  if (arm === BASELINE) return [...cells, '–', '–'];
  const base = areas.get(BASELINE)!;
  const bySplit = Array.from({ length: SPLITS }, (_value, split) =>
    mean([...byRun].filter(([run]) => run.startsWith(`${split} `)).map(([run, area]) => area - base.get(run)!)),
  );
  const { value, low, high } = studentInterval(bySplit);
  return [
    ...cells,
    `${signed(value)} [${signed(low!)}, ${signed(high!)}]`,
    bySplit.map((difference) => signed(difference)).join(', '),
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
