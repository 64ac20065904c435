import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolvePython } from '../../../../src/worker/links/local/interpreter.ts';
import { writeRows } from '../../../data/fixtures.ts';
import { balpm, type Called, makeScratch } from '../../../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (name: string): string => join(scratch.path, name);
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const LENGTHS = ['--max-tokens', '64', '--token-budget', '512'];

const call = (args: readonly string[], env: Record<string, string> = {}): Promise<Called> =>
  balpm(args, { cwd: scratch.path, env });
const extract = (...options: string[]): Promise<Called> =>
  call(['features', 'extract', 'pairs', '--model', 'model', ...LENGTHS, '--out', 'refused', ...options]);
const uncertainty = (...options: string[]): Promise<Called> =>
  call(['features', 'uncertainty', 'pairs', '--model', 'model', ...LENGTHS, '--out', 'refused.jsonl', ...options]);

beforeAll(async () => {
  const row = { id: 'one', split: 'train', prompt: 'say hello', response_a: 'hello', response_b: 'good bye' };
  await call(['data', 'import', writeRows(at('pairs.jsonl'), [{ ...row, preferred: 'a' }]), '--out', 'pairs']);
  const script = fileURLToPath(new URL('../../../features/save-tiny-llama.py', import.meta.url));
  execFileSync(resolvePython(), [script, at('model')], { stdio: 'ignore' });
}, 60_000);

test('balpm features extract takes a hub id from the cache, tells its commit and the hash of every file', async () => {
  const repository = at('hub/models--org--tiny');
  mkdirSync(join(repository, 'refs'), { recursive: true });
  writeFileSync(join(repository, 'refs/main'), COMMIT);
  cpSync(at('model'), join(repository, 'snapshots', COMMIT), { recursive: true });
  const env = { HF_HUB_OFFLINE: '1', HF_HUB_CACHE: at('hub') };
  const args = ['features', 'extract', 'pairs', '--model', 'org/tiny', '--attention', 'eager', ...LENGTHS];
  expect(await call([...args, '--out', 'store'], env)).toMatchObject({ status: 0 });
  const manifest = JSON.parse(readFileSync(at('store/manifest.json'), 'utf8'));
  expect(manifest.source).toMatchObject({ model: 'org/tiny', revision: null, commit: COMMIT, attention: 'eager' });
  const { stdout } = await call(['features', 'show', 'store']);
  const files = Object.entries<string>(manifest.modelFiles);
  expect(files.map(([name]) => name)).toContain('tokenizer_config.json');
  for (const [name, sha256] of files) expect(stdout).toMatch(new RegExp(`^modelFiles\\.${name} +${sha256}$`, 'm'));
  const other = JSON.stringify({ ...manifest, modelFiles: { 'config.json': 'a'.repeat(64) } });
  writeFileSync(at('store/manifest.json'), other);
  expect(await call(['features', 'show', 'store'])).toMatchObject({
    status: 4,
    stderr: expect.stringContaining('the hash of its modelFiles is'),
  });
}, 60_000);

test('balpm features extract and uncertainty hand the options of a model on', async () => {
  const adapter = await extract('--adapter', 'pairs');
  expect(adapter).toMatchObject({
    status: 4,
    stderr: expect.stringContaining(`Cannot load adapter '${at('pairs')}': it has no adapter_config.json`),
  });
  const map = await uncertainty('--device-map', 'auto', '--device', 'cpu');
  expect(map).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('Cannot use --device-map auto with --device cpu'),
  });
}, 60_000);

test.each([
  ['--load-in', '3bit', 'Allowed choices are 8bit, 4bit.'],
  ['--attention', 'none', 'Allowed choices are eager, sdpa, flash_attention_2, flex_attention.'],
  ['--device-map', 'some', 'Allowed choices are auto, balanced, sequential.'],
])('balpm features refuses %s %s', async (option, value, choices) => {
  for (const command of [extract, uncertainty])
    expect(await command(option, value)).toMatchObject({ status: 2, stderr: expect.stringContaining(choices) });
});

test('balpm features extract refuses the options of a model beside a function', async () => {
  const refused = await extract('--embed', 'mine.py:embed', '--adapter', 'lora');
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringMatching(/--embed .* cannot be used with option/) });
});

test('the help of --trust-remote-code names the risk', async () => {
  const { stdout } = await call(['features', 'extract', '--help']);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain("authors' code runs on this machine with your rights");
});
