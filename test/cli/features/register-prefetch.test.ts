import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PrefetchedModel } from '../../../src/features/prefetch-model.ts';
import { resolvePython } from '../../../src/worker/links/local/interpreter.ts';
import { pairRow, writeRows } from '../../data/fixtures.ts';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { HUB_COMMIT, type ModelHub, startModelHub } from '../../support/model-hub.ts';

const scratch = makeScratch();
const at = (name: string): string => join(scratch.path, name);
let hub: ModelHub;

beforeAll(async () => {
  execFileSync(resolvePython(), [join(ROOT, 'test/features/save-tiny-llama.py'), at('tiny')]);
  writeFileSync(join(at('tiny'), 'README.md'), 'not read by an extraction');
  writeFileSync(join(at('tiny'), 'pytorch_model.bin'), 'nor is a pickle');
  mkdirSync(at('lora'));
  writeFileSync(join(at('lora'), 'adapter_config.json'), '{}');
  cpSync(join(at('tiny'), 'model.safetensors'), join(at('lora'), 'adapter_model.safetensors'));
  hub = await startModelHub({ 'org/tiny': at('tiny'), 'org/lora': at('lora') });
  const rows = Array.from({ length: 8 }, (_value, index) => pairRow(`item ${index}`));
  const pairs = writeRows(at('pairs.jsonl'), rows);
  expect(await call('none', ['data', 'import', pairs, '--split', 'train', '--out', 'pairs'])).toMatchObject({
    status: 0,
  });
});

afterAll(async () => {
  await hub.close();
  scratch.remove();
});

/** Runs the command line beside the stand-in, with a cache of its own. */
const call = (cache: string, args: readonly string[], env: Record<string, string> = {}) =>
  balpm(args, {
    cwd: scratch.path,
    env: { HF_ENDPOINT: hub?.url ?? '', HF_HOME: at(cache), HF_HUB_DISABLE_XET: '1', ...env },
  });
const OFFLINE = { HF_HUB_OFFLINE: '1' };
const prefetch = (cache: string, ...args: string[]) => call(cache, ['features', 'prefetch', ...args]);
const extract = (cache: string, out: string, env: Record<string, string>, ...args: string[]) =>
  call(cache, ['features', 'extract', 'pairs', '--model', 'org/tiny', '--no-quality', '--out', out, ...args], env);

/** The files an extraction reads, as they lie in a directory. */
const shaping = (folder: string) =>
  readdirSync(folder)
    .filter((name) => !['README.md', 'pytorch_model.bin', 'generation_config.json'].includes(name))
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(folder, name));
      return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    });

describe('balpm features prefetch', () => {
  test('tells the size first, fetches what an extraction reads alone, and names commit and hashes', async () => {
    const { status, stdout, stderr } = await prefetch('home', 'org/tiny', '--json');
    expect(status).toBe(0);
    const files = shaping(at('tiny'));
    const size = (files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e3).toFixed(1);
    const [first, ...others] = stderr.split('\n');
    expect(first).toBe(`model org/tiny: ${size} kB in ${files.length} files to fetch`);
    expect(others.join('\n')).not.toContain('to fetch');
    const document = JSON.parse(stdout) as PrefetchedModel;
    expect(document).toMatchObject({ model: 'org/tiny', revision: HUB_COMMIT, adapter: null });
    expect(document.directory).toContain(join('home', 'hub', 'models--org--tiny', 'snapshots', HUB_COMMIT));
    expect(document.files).toEqual(files);
    expect(hub.fetched.toSorted()).toEqual(files.map(({ name }) => name));
  });

  test('fetches nothing twice, and what it brought is extracted without network, to the same store', async () => {
    const before = hub.fetched.length;
    const { stderr, stdout } = await prefetch('home', 'org/tiny', '--revision', HUB_COMMIT);
    expect(stderr).toContain('model org/tiny: nothing to fetch');
    expect(stdout).toContain(`model    org/tiny  commit ${HUB_COMMIT}  `);
    expect(hub.fetched.length).toBe(before);
    const offline = await extract('home', 'offline', OFFLINE, '--revision', HUB_COMMIT);
    expect(offline).toMatchObject({ status: 0 });
    const manifest = JSON.parse(readFileSync(join(at('offline'), 'manifest.json'), 'utf8'));
    const hashes = Object.fromEntries(shaping(at('tiny')).map(({ name, sha256 }) => [name, sha256]));
    expect(manifest).toMatchObject({ modelFiles: hashes, source: { commit: HUB_COMMIT } });
  });

  test('brings an adapter too', async () => {
    const { stdout, stderr } = await prefetch('adapted', 'org/tiny', '--adapter', 'org/lora', '--json');
    expect(stderr).toMatch(/^adapter org\/lora: \d+\.\d kB in 2 files to fetch$/m);
    const { adapter, files } = JSON.parse(stdout) as PrefetchedModel;
    expect(adapter?.revision).toBe(HUB_COMMIT);
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['config.json', 'adapter/adapter_config.json', 'adapter/adapter_model.safetensors']),
    );
  });

  test('hashes a directory alone', async () => {
    const before = hub.fetched.length;
    const { stdout, stderr, status } = await prefetch('unused', at('tiny'), '--json');
    expect(status).toBe(0);
    expect(stderr).toContain('nothing to fetch');
    expect(JSON.parse(stdout)).toMatchObject({ directory: at('tiny'), revision: null, files: shaping(at('tiny')) });
    expect(hub.fetched.length).toBe(before);
  });

  test('refuses what the hub has not, without a word about the network', async () => {
    const absent = await prefetch('home', 'org/absent');
    expect(absent.status).toBe(4);
    expect(absent.stderr).toMatch(/^error: Cannot load model 'org\/absent': .*; give a model directory or a hub id$/m);
    const revision = await prefetch('home', 'org/tiny', '--revision', 'v9');
    expect(revision).toMatchObject({ status: 4, stderr: expect.stringContaining("'org/tiny' at revision 'v9'") });
    const adapter = await prefetch('home', 'org/lora');
    expect(adapter.stderr).toMatch(/it has no config\.json|it holds an adapter/);
  });
});

/** A promise and what settles it. */
function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** An extraction whose stderr is read while it runs. */
function startExtract() {
  const args = ['features', 'extract', 'pairs', '--model', 'org/tiny', '--no-quality', '--out', 'told'];
  const child = spawn(process.execPath, [join(ROOT, 'dist/main.js'), ...args], {
    cwd: scratch.path,
    env: { ...process.env, HF_ENDPOINT: hub.url, HF_HOME: at('slow'), HF_HUB_DISABLE_XET: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return { stderr: child.stderr, ended: once(child, 'close').then(([status]) => status as number) };
}

describe('features extract of a hub model', () => {
  test('tells the size before the first byte', async () => {
    const gate = withResolvers<void>();
    hub.gate = gate.promise;
    // The bytes wait until the line is out: it is written before them.
    const running = startExtract();
    const told = withResolvers<string>();
    running.stderr.on('data', (text: Buffer) => {
      if (text.includes('fetching')) told.resolve(text.toString());
    });
    expect(await told.promise).toMatch(/fetching \d+\.\d kB in \d files of model org\/tiny/);
    gate.resolve();
    hub.gate = undefined;
    expect(await running.ended).toBe(0);
  });

  test('without a network says in one line what to run where there is one', async () => {
    const needed =
      /; give a model directory or a hub id, or run `balpm features prefetch org\/tiny --revision main` where there is a network$/;
    const offline = await extract('empty', 'none', OFFLINE, '--revision', 'main');
    expect(offline.status).toBe(4);
    expect(offline.stderr.split('\n').at(-1)).toMatch(needed);
    const unreachable = await extract('empty', 'none', { HF_ENDPOINT: 'http://127.0.0.1:9' }, '--revision', 'main');
    expect(unreachable.status).toBe(4);
    expect(unreachable.stderr.split('\n').at(-1)).toMatch(needed);
  });
});
