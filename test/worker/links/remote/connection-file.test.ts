import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { SCHEMA_SHA } from '../../../../src/protocol/schema/schema-sha.ts';
import { type ConnectionFile, readConnectionFile } from '../../../../src/worker/links/remote/connection-file.ts';
import { writePrivateFile } from '../../../../src/worker/links/remote/private-file.ts';
import { foreignKeys, privateFile, QUICK, startForeign } from '../../remote-worker.ts';
import { newDirectory } from '../../test-worker.ts';

const content: ConnectionFile = {
  schemaVersion: 1,
  endpoints: ['tcp://127.0.0.1:1'],
  serverKey: foreignKeys().publicKey,
  ...foreignKeys(),
  token: 'ab'.repeat(16),
  schemaSha: SCHEMA_SHA,
  runDir: null,
  device: 'cpu',
  threads: 1,
  patience: { ...QUICK, joinMs: 50 },
};
let file = '';
beforeEach(() => {
  file = privateFile(JSON.stringify(content));
});
const rewrite = (text: string): void => writeFileSync(file, text);
const without = (name: keyof ConnectionFile): string => JSON.stringify({ ...content, [name]: undefined });

describe('a connection file', () => {
  it('is read as it was written', () => {
    expect(readConnectionFile(file)).toEqual(content);
  });

  const damages: [string, () => void, RegExp][] = [
    ['readable by others', () => chmodSync(file, 0o644), /its mode is 0644, 0600 is needed$/],
    ['writable by its group', () => chmodSync(file, 0o620), /its mode is 0620, 0600 is needed$/],
    ['in an open directory', () => chmodSync(dirname(file), 0o755), /its directory's mode is 0755, 0700 is needed$/],
    ['torn', () => rewrite(JSON.stringify(content).slice(0, 100)), /the file the orchestrator wrote is needed$/],
    ['empty', () => rewrite(''), /the file the orchestrator wrote is needed$/],
    ['without a key', () => rewrite(without('serverKey')), /serverKey.*the file the orchestrator wrote is needed$/],
    ['of another version', () => rewrite(JSON.stringify({ ...content, schemaVersion: 2 })), /schemaVersion/],
    ['with a field too many', () => rewrite(JSON.stringify({ ...content, extra: 1 })), /extra/],
    ['for a local socket', () => rewrite(JSON.stringify({ ...content, endpoints: ['ipc:///tmp/s'] })), /endpoints/],
  ];
  it.each(damages)('%s is refused by both sides', async (_name, damage, reason) => {
    damage();
    await refusedByBoth(file, reason);
  });

  it('behind a symbolic link is refused by both sides', async () => {
    const link = join(dirname(file), 'link.json');
    symlinkSync(file, link);
    await refusedByBoth(link, /it is a symbolic link, a readable file of this user is needed$/);
  });

  it('that is a pipe is refused by both sides', async () => {
    const pipe = join(dirname(file), 'pipe');
    await execa('mkfifo', ['-m', '600', pipe]);
    await refusedByBoth(pipe, /it is not a regular file, one is needed$/);
  });

  it('that is not there is refused by both sides', async () => {
    await refusedByBoth(join(dirname(file), 'none.json'), /no such file/);
  });

  it.runIf(process.getuid?.() === 0)('of another user is refused by both sides', async () => {
    await execa('chown', ['12345', file]);
    await refusedByBoth(file, /its owner is user 12345, user 0 is needed$/);
  });

  it('quotes none of its secrets when it is torn', async () => {
    rewrite(JSON.stringify(content).replace('"token":"', '"token":'));
    const said = await refusedByBoth(file, /./);
    for (const secret of [content.token.slice(0, 6), content.secretKey]) expect(said).not.toContain(secret);
  });
});

describe('writePrivateFile()', () => {
  it('makes file and directory for this user alone, and removes both again', () => {
    const path = join(newDirectory(), 'run', 'worker', 'connection.json');
    const remove = writePrivateFile(path, 'x', 'connection file');
    expect([path, dirname(path)].map((at) => statSync(at).mode & 0o777)).toEqual([0o600, 0o700]);
    remove();
    expect(() => statSync(dirname(path))).toThrow('ENOENT');
  });

  it('refuses a directory others may enter', () => {
    const directory = newDirectory();
    chmodSync(directory, 0o755);
    expect(() => writePrivateFile(join(directory, 'c.json'), 'x', 'connection file')).toThrow(
      "its directory's mode is 0755, 0700 is needed",
    );
  });

  it('leaves what somebody else wrote there, and a directory that was there', () => {
    const directory = join(newDirectory(), 'mine');
    mkdirSync(directory, { mode: 0o700 });
    const path = join(directory, 'c.json');
    const [first, second] = [writePrivateFile(path, 'first', 'file'), writePrivateFile(path, 'second', 'file')];
    first();
    expect(readFileSync(path, 'utf8')).toBe('second');
    second();
    expect(statSync(directory).isDirectory()).toBe(true);
  });
});

/** What Python said; both refuse with a sentence that fits, exit status 3 here and 78 there. */
async function refusedByBoth(path: string, reason: RegExp): Promise<string> {
  const act = `Cannot use connection file '${path}': `;
  const node = await Promise.resolve()
    .then(() => readConnectionFile(path))
    .then(
      () => ({ message: 'read', exitStatus: 0 }),
      (error: unknown) => error as { message: string; exitStatus: number },
    );
  expect(node.exitStatus).toBe(3);
  const worker = startForeign(path);
  expect(await worker.exited).toBe(78);
  const python = worker.said().trim();
  for (const said of [node.message, python]) {
    expect(said).toContain(act);
    expect(said).toMatch(reason);
  }
  return `${node.message}\n${python}`;
}
