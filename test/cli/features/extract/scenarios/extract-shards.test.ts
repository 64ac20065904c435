import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { resolvePython } from '../../../../../src/worker/links/local/interpreter.ts';
import { writeRows } from '../../../../data/fixtures.ts';
import { balpm, makeScratch, ROOT } from '../../../../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (name: string): string => join(scratch.path, name);
const python = resolvePython();
const MODEL = ['--model', 'model', '--max-tokens', '64', '--token-budget', '128', '--device', 'cpu', '--threads', '1'];
const PARTS = ['--part-tokens', '200'];

/** Extracts `pairs`; several kinds of features and entropies where told. */
const extractArgs = (out: string, ...more: readonly string[]): string[] => [
  'features',
  'extract',
  'pairs',
  ...MODEL,
  ...PARTS,
  '--no-quality',
  '--out',
  out,
  ...more,
];
const call = (args: readonly string[]) => balpm(args, { cwd: scratch.path, env: { BALPM_PYTHON: python } });

/** Runs a command that must succeed; what it prints. */
async function succeed(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await call(args);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return stdout;
}

/** Names and contents of every file below, as one hash. */
function bytesOf(name: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(at(name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) hash.update(relative(at(name), file)).update(readFileSync(file));
  return hash.digest('hex');
}

const wholeParts = (work: string): number =>
  existsSync(at(work))
    ? readdirSync(at(work), { recursive: true }).filter((name) => /part-\d+\.json$/.test(String(name))).length
    : 0;

let expected: string;
let document: Readonly<Record<string, unknown>>;
let parts: number;

beforeAll(async () => {
  const rows = Array.from({ length: 200 }, (_, index) => ({
    prompt: `what is number ${Math.floor(index / 3)} of these ${'many '.repeat(index % 5)}questions`,
    response_a: `it is ${index}`,
    response_b: `answer ${index % 11} of them`,
    preferred: 'a',
  }));
  await succeed('data', 'import', writeRows(at('rows.jsonl'), rows), '--split', 'train', '--out', 'pairs');
  execFileSync(python, [join(ROOT, 'test/features/save-tiny-llama.py'), at('model')], { stdio: 'ignore' });
  document = JSON.parse(await succeed(...extractArgs('single', '--json')));
  expected = bytesOf('single');
  parts = Number(document['parts']);
}, 120_000);

test('balpm features extract prints what it made as JSON and leaves no work folder', () => {
  expect(document).toMatchObject({
    schemaVersion: 1,
    store: 'single',
    way: 'tree',
    ownParts: parts,
    keptParts: 0,
    prompts: 200,
    dimension: 32,
    maxTokens: 64,
    tokenBudget: 128,
    source: { type: 'transformers', pooling: 'last-token', promptCut: 'paper' },
  });
  expect(parts).toBeGreaterThan(10);
  expect(readdirSync(scratch.path).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('shards and their merge give the bytes of the single extraction', async () => {
  const merge = ['features', 'merge', 'shards', '--dataset', 'pairs', '--no-quality', '--out', 'merged', '--json'];
  const second = JSON.parse(await succeed(...extractArgs('shards', '--shard', '2/2', '--json')));
  expect(second).toMatchObject({ folder: 'shards', shard: { index: 2, count: 2 }, parts, keptParts: 0 });
  const early = await call(merge);
  expect(early.stderr).toMatch(/Cannot merge: \d+ of \d+ parts are missing .*features extract --shard 1\/2 is needed$/);
  expect(early.status).toBe(4);
  expect(existsSync(at('merged'))).toBe(false);
  const first = JSON.parse(await succeed(...extractArgs('shards', '--shard', '1/2', '--json')));
  expect(first.ownParts + second.ownParts).toBe(parts);
  expect(JSON.parse(await succeed(...merge))).toMatchObject({ store: 'merged', parts, dimension: 32 });
  expect(bytesOf('merged')).toBe(expected);
}, 120_000);

test('several devices give the bytes of one', async () => {
  const made = JSON.parse(await succeed(...extractArgs('devices', '--devices', 'cpu,cpu', '--json')));
  expect(made).toMatchObject({ parts, ownParts: parts, keptParts: 0 });
  expect(bytesOf('devices')).toBe(expected);
}, 60_000);

/** Starts an extraction and signals it once a few parts are there, in `work`. */
async function stopAfterParts(args: readonly string[], work: string, signal: NodeJS.Signals) {
  const run = execa(process.execPath, [join(ROOT, 'dist/main.js'), ...args], {
    reject: false,
    forceKillAfterDelay: false,
    stdin: 'ignore',
    cwd: scratch.path,
    env: { NO_COLOR: '1', BALPM_PYTHON: python },
  });
  await vi.waitUntil(() => wholeParts(work) >= 2, { timeout: 60_000, interval: 5 });
  run.kill(signal);
  return run;
}

async function refuseOtherSettings(out: string): Promise<void> {
  const { status, stderr } = await call(extractArgs(out, '--store-dtype', 'float16'));
  expect(stderr).toMatch(
    /Cannot go on in '.*\.killed\.extract': it was begun with store dtype 'float32' and now it is 'float16'/,
  );
  expect(status).toBe(4);
}

test('the same command goes on after SIGKILL from the parts that were made', async () => {
  await stopAfterParts(extractArgs('killed'), '.killed.extract', 'SIGKILL');
  expect(existsSync(at('killed'))).toBe(false);
  await refuseOtherSettings('killed');
  const made = JSON.parse(await succeed(...extractArgs('killed', '--json')));
  expect(made.keptParts).toBeGreaterThanOrEqual(2);
  expect(made.keptParts).toBeLessThan(parts);
  expect(bytesOf('killed')).toBe(expected);
  expect(existsSync(at('.killed.extract'))).toBe(false);
}, 120_000);

test('an extraction with the cut of the reference goes on after SIGKILL from the parts that were made', async () => {
  const args = (out: string): string[] => extractArgs(out, '--prompt-cut', 'reference', '--json');
  const whole = JSON.parse(await succeed(...args('undisturbed/cut')));
  await stopAfterParts(args('disturbed/cut'), 'disturbed/cut/.features.extract', 'SIGKILL');
  expect(existsSync(at('disturbed/cut/features'))).toBe(false);
  const made = JSON.parse(await succeed(...args('disturbed/cut')));
  expect(made.keptParts).toBeGreaterThanOrEqual(2);
  expect(made.keptParts).toBeLessThan(whole.parts);
  expect(bytesOf('disturbed')).toBe(bytesOf('undisturbed'));
}, 120_000);

test('SIGINT ends an extraction with status 130 and keeps the parts that were made', async () => {
  const stopped = await stopAfterParts(extractArgs('interrupted'), '.interrupted.extract', 'SIGINT');
  expect(stopped.exitCode).toBe(130);
  expect(existsSync(at('interrupted'))).toBe(false);
  expect(wholeParts('.interrupted.extract')).toBeGreaterThanOrEqual(2);
}, 60_000);

test('several poolings and layers make a store each, and entropies a file of columns', async () => {
  const kinds = ['--pooling', 'last-token,mean', '--layer', 'last,1', '--uncertainty', 'columns.jsonl', '--json'];
  const made = JSON.parse(await succeed(...extractArgs('kinds', ...kinds))) as { stores: { name: string }[] };
  const names = ['last-token', 'last-token-layer-1', 'mean', 'mean-layer-1'];
  expect(made.stores.map(({ name }) => name)).toEqual(names);
  expect(readdirSync(at('kinds')).toSorted()).toEqual(names);
  const lines = readFileSync(at('columns.jsonl'), 'utf8').trim().split('\n');
  expect(lines.length).toBe(200);
  expect(Object.keys(JSON.parse(lines[0] as string) as object)).toContain('entropy_both_mean');
}, 60_000);

test('what exists and what is foreign is refused before a worker starts', async () => {
  const absent = ['--python', '/absent/python'];
  mkdirSync(at('foreign'));
  writeFileSync(at('foreign/notes.txt'), 'mine');
  // A process that was killed after it had made the store leaves its parts; a directory by mistake costs none.
  for (const name of ['.single.extract', '.foreign.extract']) mkdirSync(at(name));
  const refused: readonly [string[], string][] = [
    [extractArgs('single', ...absent), "error: Cannot write 'single': it already exists, a new path is needed"],
    [extractArgs('foreign', ...absent), "error: Cannot write 'foreign': it already exists, a new path is needed"],
    [
      extractArgs('foreign', '--shard', '1/2', ...absent),
      "error: Cannot write shards into 'foreign': it holds other things, a new or empty folder is needed",
    ],
    [
      extractArgs('new', '--uncertainty', 'rows.jsonl', ...absent),
      "error: Cannot write 'rows.jsonl': it already exists, a new path is needed",
    ],
    [extractArgs('new', '--uncertainty', ...absent), 'error: Cannot use --uncertainty: there is no file to write'],
    [extractArgs('new', '--shard', '3/2', ...absent), "error: Cannot use --shard '3/2': it is no block i/n"],
    [
      ['features', 'merge', 'foreign', '--dataset', 'pairs', '--out', 'single', ...absent],
      "error: Cannot write 'single': it already exists, a new path is needed",
    ],
  ];
  for (const [args, message] of refused) {
    const { status, stderr } = await call(args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  }
  expect(['new', '.single.extract', '.foreign.extract'].map((name) => existsSync(at(name)))).toEqual([
    false,
    false,
    true,
  ]);
}, 60_000);
