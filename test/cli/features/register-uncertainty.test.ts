import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { resolvePython } from '../../../src/worker/links/local/interpreter.ts';
import { writeRows } from '../../data/fixtures.ts';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (name: string): string => join(scratch.path, name);
const WORDS = 'say hello bye good there write a long answer with many words now'.split(' ');
const words = (start: number, length: number): string =>
  Array.from({ length }, (_value, index) => WORDS[(start + index * (start + 3)) % WORDS.length]).join(' ');
const SPLITS = { train: 30, test: 8 };
const MODEL = ['--model', at('model'), '--max-tokens', '64', '--token-budget', '512'];

/** Runs a command that must succeed. */
async function succeed(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await balpm(args, { cwd: scratch.path });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return stdout;
}

let document: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  const rows = Object.entries(SPLITS).flatMap(([split, count]) =>
    Array.from({ length: count }, (_value, index) => ({
      id: `${split}-${index}`,
      split,
      prompt: words(index % 6, 3),
      response_a: words(index, 2 + (index % 7)),
      response_b: words(index + 5, 1 + (index % 4)),
      preferred: index % 2 === 0 ? 'a' : 'b',
    })),
  );
  await succeed('data', 'import', writeRows(at('pairs.jsonl'), rows), '--out', 'datasets/pairs');
  const script = fileURLToPath(new URL('../../features/save-tiny-llama.py', import.meta.url));
  execFileSync(resolvePython(), [script, at('model')], { stdio: 'ignore' });
  await succeed('features', 'extract', 'datasets/pairs', ...MODEL, '--out', 'store');
  const options = ['--split', 'train', '--out', 'columns/entropy.jsonl', '--json'];
  document = JSON.parse(await succeed('features', 'uncertainty', 'datasets/pairs', ...MODEL, ...options));
}, 120_000);

type Line = Readonly<Record<string, string | number>>;
const readLines = (): Line[] =>
  readFileSync(at('columns/entropy.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

test('balpm features uncertainty writes the columns of the split asked for and says what it counted', () => {
  expect(document).toMatchObject({ file: 'columns/entropy.jsonl', items: 30, truncatedResponses: 0, maxTokens: 64 });
  expect(document['positions']).toBe(document['tokens']);
  const lines = readLines();
  const ids = Array.from({ length: 30 }, (_value, index) => `train-${index}`);
  expect(lines.map(({ id, split }) => [id, split])).toEqual(ids.map((id) => [id, 'train']));
  expect(Object.keys(lines[0] ?? {}).slice(2)).toEqual(document['columns']);
  for (const line of lines) {
    expect(line['entropy_both_sum']).toBeCloseTo(Number(line['entropy_a_sum']) + Number(line['entropy_b_sum']), 9);
    expect(Number(line['entropy_both_mean'])).toBeGreaterThan(0);
    expect(Number(line['entropy_both_max'])).toBeLessThanOrEqual(Math.log2(300));
  }
});

test('balpm features uncertainty refuses an existing file and a missing dataset before a worker starts', async () => {
  const python = ['--model', 'model', '--python', '/absent/python'];
  const existing = await balpm(['features', 'uncertainty', 'datasets/pairs', '--out', 'pairs.jsonl', ...python], {
    cwd: scratch.path,
  });
  expect(existing).toMatchObject({
    status: 2,
    stderr: "error: Cannot write 'pairs.jsonl': it already exists, a new path is needed",
  });
  const absent = await balpm(['features', 'uncertainty', 'absent', '--out', 'x.jsonl', ...python], {
    cwd: scratch.path,
  });
  expect(absent).toMatchObject({ status: 4, stderr: expect.stringContaining('Cannot read dataset manifest') });
});

test('balpm acquires the items of either end of the column', async () => {
  const config = writeRows(at('empty.yaml'), [{ name: 'entropies' }]);
  const overrides = [
    'data.dataset=datasets/pairs',
    'data.store=store',
    'data.columns=[columns/entropy.jsonl]',
    'validation.split=null',
    'rounds=3',
    'acquisition.policy=llm-uncertainty',
    'acquisition.initial=4',
    'acquisition.batch=5',
    'posterior.members=2',
    'posterior.head.layers=[8]',
  ];
  const directions = 'acquisition.llm-uncertainty.direction=high,low';
  await succeed('sweep', '-c', config, '--id', 'ends', '--jobs', '1', ...overrides, directions);
  const runs = readdirSync(at('runs/ends')).filter((name) => existsSync(join(at('runs/ends'), name, 'DONE')));
  expect(runs.length).toBe(2);
  for (const run of runs) {
    const batches = readEvents(join(at('runs/ends'), run, 'events.jsonl')).flatMap((event) =>
      event.type === 'batch.selected' ? [event.ids] : [],
    );
    expect(batches.map((ids) => ids.length)).toEqual([4, 5, 5]);
    expect(batches.slice(1).flat()).toEqual(endOf(run.includes('high'), new Set(batches[0])).slice(0, 10));
  }
}, 120_000);

test('the program of docs/explanation/llm-uncertainty.md joins the columns with the labels', () => {
  const page = readFileSync(join(ROOT, 'docs/explanation/llm-uncertainty.md'), 'utf8');
  const program = /^```python\n(import json.*?)^```$/ms.exec(page)?.[1] ?? '';
  const printed = execFileSync(resolvePython(), ['-c', program], { cwd: scratch.path, encoding: 'utf8' });
  const labels = new Map(readPreferred());
  expect(printed.trim().split('\n')).toEqual(
    readLines().map((line) => {
      const [chosen, rejected] = labels.get(String(line['id'])) === 'a' ? 'ab' : 'ba';
      return `${line['id']} ${line[`entropy_${chosen}_mean`]} ${line[`entropy_${rejected}_mean`]}`;
    }),
  );
});

const readPreferred = (): [string, string][] =>
  readFileSync(at('datasets/pairs/labels.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; preferred: string })
    .map(({ id, preferred }) => [id, preferred]);

/** Ids by the default column, largest or smallest first, the initial ones left out. */
function endOf(isHigh: boolean, initial: ReadonlySet<string>): string[] {
  const valueOf = (line: Line): number => (isHigh ? -1 : 1) * Number(line['entropy_both_mean']);
  const left = readLines().filter(({ id }) => !initial.has(String(id)));
  return left.toSorted((one, other) => valueOf(one) - valueOf(other)).map(({ id }) => String(id));
}
