import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planPush } from '../../../src/features/export/plan-push.ts';
import { temporaryDirectory } from '../../data/fixtures.ts';

const folder = temporaryDirectory();

/** An exported directory whose manifest lists these files besides its own; each holds its own name. */
function writeExport(name: string, files: readonly string[]): string {
  const directory = join(folder, name);
  mkdirSync(join(directory, 'data'), { recursive: true });
  const entries = files.map((file) => {
    writeFileSync(join(directory, file), file);
    return [file, { sha256: createHash('sha256').update(file).digest('hex'), bytes: file.length }] as const;
  });
  const manifest = {
    schemaVersion: 1,
    kind: 'balpm-export',
    layout: 'npy',
    answers: ['a', 'b'],
    license: 'mit',
    dtype: 'float32',
    splits: [],
    files: Object.fromEntries(entries),
    store: { id: 'f'.repeat(64), more: true },
  };
  writeFileSync(join(directory, 'README.md'), '---\n---\n');
  writeFileSync(join(directory, 'balpm-export.json'), JSON.stringify(manifest));
  return directory;
}

describe('planPush()', () => {
  test('lists the files of the manifest, the card and itself, and what stays', async () => {
    const directory = writeExport('whole', ['data/x.npy', 'index.json']);
    writeFileSync(join(directory, 'data', 'stray'), '');
    const plan = await planPush(directory, 'my-group/x.y', { isPublic: false });
    expect(plan).toMatchObject({ visibility: 'private', endpoint: 'https://huggingface.co', others: ['data/stray'] });
    expect(plan.files.map(({ name }) => name)).toEqual(['README.md', 'balpm-export.json', 'data/x.npy', 'index.json']);
    expect(plan.files[2]).toEqual({ name: 'data/x.npy', bytes: 10 });
  });

  test.each([
    ['license: cc-by-4.0', 'cc-by-4.0'],
    ['pretty_name: x', null],
    ['license:\n- mit\n- other', '["mit","other"]'],
  ])('tells the licence of a card with %j', async (front, license) => {
    const directory = writeExport('edited', []);
    writeFileSync(join(directory, 'README.md'), `---\n${front}\n---\n# Mine\n---\nlicense: none\n`);
    expect((await planPush(directory, 'a/b', { isPublic: false })).license).toBe(license);
    writeFileSync(join(directory, 'README.md'), `# Mine\n---\n${front}\n---\n`);
    expect((await planPush(directory, 'a/b', { isPublic: false })).license).toBeNull();
  });

  test('refuses a card whose front matter cannot be read', async () => {
    const directory = writeExport('broken', []);
    writeFileSync(join(directory, 'README.md'), '---\nlicense: [mit\n---\n');
    await expect(planPush(directory, 'a/b', { isPublic: false })).rejects.toThrow(
      /Cannot read dataset card '.*broken\/README\.md': .*, YAML between two lines of --- is needed$/,
    );
  });

  test.each(['x', 'a/b/c', '/a/b', 'a/', 'a/-b', 'a/b-', 'a/b--c', 'a/b..c', 'a/b.git', 'a b/c', 'a/b\n'])(
    'refuses %j, which is no repository',
    async (repository) => {
      const planned = planPush(join(folder, 'whole'), repository, { isPublic: true });
      await expect(planned).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining('OWNER/NAME') });
    },
  );

  test.each(['http://hub.example', 'ftp://127.0.0.1', 'http://127.0.0.1.example', 'http://localhost.example'])(
    'refuses to send a token to %s',
    async (endpoint) => {
      const planned = planPush(join(folder, 'whole'), 'a/b', { isPublic: false, endpoint });
      await expect(planned).rejects.toThrow(/the token would travel unencrypted, https:\/\/ is needed/);
    },
  );

  test.each([
    ['hub', /Cannot push to HF_ENDPOINT 'hub': it is no address/],
    ['https://me:secret@hub.example', /^Cannot push to HF_ENDPOINT: it holds a name or a password(?!.*secret)/],
  ])('refuses %s as the address of a hub', async (endpoint, message) => {
    await expect(planPush(join(folder, 'whole'), 'a/b', { isPublic: false, endpoint })).rejects.toThrow(message);
  });

  test.each(['https://hub.example', 'http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:1'])(
    'takes the hub at %s',
    async (endpoint) => {
      expect((await planPush(join(folder, 'whole'), 'a/b', { isPublic: false, endpoint })).endpoint).toBe(endpoint);
    },
  );

  test.each(['../secret', 'data/../../secret', 'data/*.npy', '.hidden'])(
    'refuses a manifest that lists %s',
    async (name) => {
      writeFileSync(join(folder, 'secret'), '');
      const directory = writeExport(`listing-${name.replaceAll(/\W/g, '')}`, [name]);
      await expect(planPush(directory, 'a/b', { isPublic: false })).rejects.toThrow(
        /Cannot read export manifest .*: field 'files/,
      );
    },
  );
});
