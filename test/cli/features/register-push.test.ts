import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDataset } from '../../../src/data/dataset.ts';
import { resolvePython } from '../../../src/worker/links/local/interpreter.ts';
import { pairRow, writeRows } from '../../data/fixtures.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { type HubStandIn, startHub } from '../../support/hub-stand-in.ts';
import { writeRandomStore } from '../../support/tiny-stores.ts';

const TOKEN = 'hf_onlyTheHubMayKnowThis';
const scratch = makeScratch();
const at = (name: string): string => join(scratch.path, name);
let hub: HubStandIn;

beforeAll(async () => {
  mkdirSync(at('tmp'));
  hub = await startHub(TOKEN);
  const rows = Array.from({ length: 40 }, (_value, index) => pairRow(`item ${index}`));
  await succeed(['data', 'import', writeRows(at('pairs.jsonl'), rows), '--split', 'train', '--out', 'pairs']);
  await writeRandomStore(at('store'), await readDataset(at('pairs')), 8);
  const source = ['features', 'export', 'store', '--dataset', 'pairs', '--license', 'mit'];
  await succeed([...source, '--to', 'huggingface', '--out', 'lists']);
  await succeed([...source, '--to', 'npy', '--out', 'arrays', '--labels']);
});

afterAll(async () => {
  await hub.close();
  scratch.remove();
});

/** Runs the command line beside the stand-in; temporary files and caches are kept where they can be looked at. */
const call = (args: readonly string[], env: Record<string, string> = {}) =>
  balpm(args, {
    cwd: scratch.path,
    env: { HF_ENDPOINT: hub.url, HF_TOKEN: TOKEN, HF_HOME: at('cache'), TMPDIR: at('tmp'), HF_DEBUG: '1', ...env },
  });

async function succeed(args: readonly string[], env: Record<string, string> = {}) {
  const called = await call(args, env);
  expect(called).toMatchObject({ status: 0 });
  return called;
}

/** Every file below a directory by name, with slashes. */
const filesOf = (directory: string): Map<string, Buffer> =>
  new Map(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(directory.length + 1), readFileSync(path)]),
  );

const isLarge = (name: string): boolean => /\.(?:parquet|npy)$/.test(name);

describe('balpm features push', () => {
  test('says what it would upload and sends nothing without --yes', async () => {
    const { status, stderr } = await call(['features', 'push', 'lists', '--repo', 'me/asked']);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      / {2}data\/train-00000-of-00001\.parquet\n3 files, 0\.\d{3} MB to the private dataset me\/asked of http:/,
    );
    expect(stderr).toContain('no labels are in it: answers are a and b');
    expect(stderr).toMatch(/error: Cannot push to 'me\/asked': nothing was confirmed, --yes is needed$/);
    expect(hub.requests).toEqual([]);
  });

  test('uploads every byte to a private repository by HTTP where Xet is switched off', async () => {
    const { stdout, stderr } = await succeed(['features', 'push', 'lists', '--repo', 'me/lists', '--yes'], {
      HF_HUB_DISABLE_XET: '1',
    });
    expect(stdout).toBe(`${hub.url}/datasets/me/lists`);
    expect(stderr).not.toContain(TOKEN);
    const repository = hub.repositories.get('me/lists');
    expect(repository?.isPrivate).toBe(true);
    expect(repository?.commits).toEqual([expect.stringMatching(/^Features [0-9a-f]{12}, exported by balpm$/)]);
    expect(repository?.files).toEqual(filesOf(at('lists')));
  });

  test('uploads every byte to a public repository through Xet', async () => {
    const args = ['features', 'push', 'arrays', '--repo', 'me/arrays', '--yes', '--public', '--json'];
    const { stdout, stderr } = await succeed(args);
    expect(JSON.parse(stdout)).toMatchObject({ repository: 'me/arrays', visibility: 'public', files: 6 });
    expect(stderr).toContain('note: labels are in it: answers are chosen and rejected ones');
    const repository = hub.repositories.get('me/arrays');
    expect(repository?.isPrivate).toBe(false);
    const arrived = Buffer.concat(hub.xorbs.map(unpack));
    for (const [name, content] of filesOf(at('arrays'))) {
      const sent = isLarge(name) ? createHash('sha256').update(content).digest('hex') : content;
      expect(repository?.files.get(name)?.equals(Buffer.from(sent)), name).toBe(true);
      if (isLarge(name)) expect(arrived.includes(content), name).toBe(true);
    }
  });

  test('shows the token to the hub alone: not to places of storage, not in what is printed or written', () => {
    const asked = hub.requests.filter(({ path }) => path.startsWith('/api/datasets/') || path.includes('/info/lfs/'));
    expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${TOKEN}`]));
    const storage = hub.requests.filter(({ path }) => path.startsWith('/uploads/') || path.startsWith('/v1/'));
    expect(storage.length).toBeGreaterThan(2);
    expect(storage.filter(({ authorization }) => authorization?.includes(TOKEN))).toEqual([]);
    const written = [...filesOf(scratch.path)].filter(([, content]) => content.includes(TOKEN)).map(([name]) => name);
    expect(written).toEqual([]);
  });

  test('uploads the same again, and an edited card with it', async () => {
    appendFileSync(join(at('lists'), 'README.md'), '\nAsk us.\n');
    writeFileSync(join(at('lists'), 'notes.txt'), 'private');
    const { stderr } = await succeed(['features', 'push', 'lists', '--repo', 'me/lists', '--yes'], {
      HF_HUB_DISABLE_XET: '1',
    });
    expect(stderr).toContain("note: 1 other files stay here ('notes.txt', …)");
    const files = hub.repositories.get('me/lists')?.files;
    expect(files?.get('README.md')?.toString()).toMatch(/\nAsk us\.\n$/);
    expect(files?.has('notes.txt')).toBe(false);
  });
});

/** The bytes of the chunks of a xorb, which are packed. */
function unpack(xorb: Buffer, index: number): Buffer {
  const file = at(`xorb-${index}`);
  writeFileSync(file, xorb);
  const script = fileURLToPath(new URL('../../support/unpack-xorb.py', import.meta.url));
  return execFileSync(resolvePython(), [script, file], { maxBuffer: 1 << 28 });
}

describe('balpm features push that is refused', () => {
  const push = (directory: string, repository: string, env: Record<string, string> = {}, ...args: string[]) =>
    call(['features', 'push', directory, '--repo', repository, '--yes', ...args], env);

  test.each([
    ['me/x', { HF_TOKEN: '' }, 3, /Cannot push to 'me\/x': HF_TOKEN is not set, a token of the hub with write access/],
    ['me/x', { HF_TOKEN: 'two words' }, 3, /HF_TOKEN holds characters that no token has/],
    ['me/x', { HF_TOKEN: 'hf_wrong' }, 2, /answered 401 \(.*\), an HF_TOKEN with write access to 'me' is needed$/],
    ['me/x', { HF_ENDPOINT: 'http://hub.example' }, 2, /the token would travel unencrypted, https:\/\/ is needed$/],
    ['me/x', { HF_ENDPOINT: 'http://127.0.0.1:9' }, 5, /Connection refused, a hub that answers is needed/],
    ['me/x', { HF_HUB_OFFLINE: '1' }, 5, /offline mode is enabled/],
    ['x', {}, 2, /Cannot push to 'x': it is no repository of the hub, OWNER\/NAME is needed/],
    [
      'me/arrays',
      {},
      2,
      /Cannot push to 'me\/arrays': it exists and is public, another name, or the command with --public, is needed/,
    ],
  ])('%s with %j', async (repository, env, status, message) => {
    const called = await push('arrays', repository, env);
    expect(called).toMatchObject({ status, stderr: expect.stringMatching(message) });
    expect(called.stderr).not.toMatch(/hf_|two words/);
    expect(hub.repositories.has('me/x')).toBe(false);
  });

  test('a repository with other files is left alone', async () => {
    const { status, stderr } = await push('arrays', 'me/lists');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /it holds 'data\/train-00000-of-00001\.parquet', which this export has not, a new or cleared/,
    );
  });

  test('a directory that is no export, or whose files changed, is not sent', async () => {
    expect(await push('pairs', 'me/x')).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('Cannot read export manifest'),
    });
    cpSync(at('arrays'), at('changed'), { recursive: true });
    appendFileSync(join(at('changed'), 'index.json'), ' ');
    const changed = await push('changed', 'me/x');
    expect(changed).toMatchObject({
      status: 4,
      stderr: expect.stringContaining("index.json': its SHA-256 is not that of the export"),
    });
  });
});
