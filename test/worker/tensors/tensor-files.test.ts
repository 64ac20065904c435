import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/text/canonical-json.ts';
import { TensorFiles } from '../../../src/worker/tensors/tensor-files.ts';
import { newDirectory } from '../test-worker.ts';

const values = new Float64Array(300_000).map((_, index) => index);
const bytes = Buffer.from(values.buffer);

let memory: string;
let runDir: string;
let files: TensorFiles;

/** The directories of a session, which its worker would make. */
function openFiles(sharedMemory: string | null = memory): TensorFiles {
  const opened = new TensorFiles({ session: 's', sharedMemory, runDir });
  for (const parent of [memory, join(runDir, 'tensors')]) mkdirSync(join(parent, 'balpm-s'), { recursive: true });
  return opened;
}

beforeEach(() => {
  memory = newDirectory();
  runDir = newDirectory();
  files = openFiles();
});
afterEach(() => files.close());

describe('TensorFiles', () => {
  it('writes to shared memory without a hash, to disk with one, and leaves nothing after reading', async () => {
    const onDisk = openFiles(null);
    for (const [from, hash] of [[files, null] as const, [onDisk, sha256(bytes)] as const]) {
      const location = await from.write('a test', values);
      expect(location.sha256).toBe(hash);
      expect(readFileSync(location.path).equals(bytes)).toBe(true);
      expect(Buffer.from(await from.read(location, bytes.length)).equals(bytes)).toBe(true);
      expect(readdirSync(dirname(location.path))).toEqual([]);
    }
    await onDisk.close();
  });

  it('writes a view alone, and no bytes at all', async () => {
    const view = values.subarray(7, 1007);
    const location = await files.write('a test', view);
    expect(new Float64Array(await files.read(location, 8000))).toEqual(view);
    const empty = await files.write('a test', new Float32Array(0));
    expect((await files.read(empty, 0)).byteLength).toBe(0);
  });

  it('goes to disk when shared memory is not there', async () => {
    const without = openFiles('/nowhere');
    expect(without.sharedMemory).toBeNull();
    expect((await without.write('a test', values)).path.startsWith(runDir)).toBe(true);
  });

  it('says what every place lacks when there is none', async () => {
    const nowhere = new TensorFiles({ session: 'x', sharedMemory: memory, runDir });
    await expect(nowhere.write('tensor', values)).rejects.toMatchObject({
      code: 'UNWRITABLE',
      message: `Cannot send tensor: it takes 2400000 bytes and '${memory}/balpm-x' cannot be used (there is no such file), '${runDir}/tensors/balpm-x' cannot be used (there is no such file); a run directory or shared memory with that room is needed`,
    });
  });

  it('leaves no file when it is aborted', async () => {
    const written = files.write('a test', new Float64Array(8 << 20), AbortSignal.abort(new Error('enough')));
    await expect(written).rejects.toThrow('enough');
    expect(readdirSync(join(memory, 'balpm-s'))).toEqual([]);
  });

  it('refuses files outside of its directories, and leaves them', async () => {
    const outside = join(newDirectory(), 'secret');
    writeFileSync(outside, bytes);
    const link = join(memory, 'balpm-s', 'link.tensor');
    symlinkSync(outside, link);
    const dots = `${memory}/balpm-s/../../${outside.split('/').slice(2).join('/')}`;
    for (const path of [outside, link, dots]) {
      const refused = files.read({ kind: 'file', path, offset: 0, sha256: null }, 8);
      await expect(refused).rejects.toThrow(`file '${path}' is not in a directory of this session`);
      await files.remove({ kind: 'file', path, offset: 0, sha256: null });
    }
    expect(readFileSync(outside).equals(bytes)).toBe(true);
  });

  it('takes a run directory by any of its names', async () => {
    const alias = join(newDirectory(), 'alias');
    symlinkSync(runDir, alias);
    const aliased = new TensorFiles({ session: 's', sharedMemory: null, runDir: alias });
    const location = await openFiles(null).write('a test', values);
    expect(Buffer.from(await aliased.read(location, bytes.length)).equals(bytes)).toBe(true);
  });

  it('names a file that is missing, short, changed, without a hash, or no file', async () => {
    const onDisk = openFiles(null);
    const size = bytes.length;
    const gone = await onDisk.write('a test', values);
    await onDisk.remove(gone);
    await expect(onDisk.read(gone, size)).rejects.toThrow(`file '${gone.path}': there is no such file`);
    const short = await onDisk.write('a test', values);
    truncateSync(short.path, 1000);
    await expect(onDisk.read(short, size)).rejects.toThrow(`'${short.path}': it has 1000 bytes, 2400000 are needed`);
    const changed = await onDisk.write('a test', values);
    writeFileSync(changed.path, Buffer.from(bytes).fill(1, 5, 6));
    await expect(onDisk.read(changed, size)).rejects.toThrow(`'${changed.path}': its hash is`);
    const bare = await onDisk.write('a test', values);
    await expect(onDisk.read({ ...bare, sha256: null }, size)).rejects.toThrow('it has no hash');
    expect(readdirSync(join(runDir, 'tensors', 'balpm-s'))).toEqual([]);
  });

  it('removes its directories, and the one around them when it is empty', async () => {
    await files.write('a test', values);
    await files.close();
    expect(existsSync(join(memory, 'balpm-s'))).toBe(false);
    expect(readdirSync(runDir)).toEqual([]);
  });
});

/** A small file system in memory, or why there cannot be one. */
function mountSmall(mebibytes: number): { readonly path: string; readonly unmount: () => void } | string {
  const path = newDirectory();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path], { stdio: 'pipe' });
  } catch (error) {
    return String(error);
  }
  return { path, unmount: () => void execFileSync('umount', ['-l', path]) };
}

describe('TensorFiles on a full file system', () => {
  const small = mountSmall(4);
  if (typeof small === 'string') process.stdout.write(`not tested: a file system that is full (${small})\n`);

  it.skipIf(typeof small === 'string')(
    'goes on to the next place, and leaves nothing on either without one',
    async () => {
      if (typeof small === 'string') return;
      try {
        mkdirSync(join(small.path, 'balpm-s'));
        const large = new Uint8Array(8 << 20).fill(1);
        const both = new TensorFiles({ session: 's', sharedMemory: small.path, runDir });
        const location = await both.write('a test', large);
        expect(location.path.startsWith(runDir)).toBe(true);
        const one = new TensorFiles({ session: 's', sharedMemory: small.path });
        await expect(one.write('a test', large)).rejects.toMatchObject({ code: 'UNWRITABLE' });
        expect(readdirSync(join(small.path, 'balpm-s'))).toEqual([]);
      } finally {
        small.unmount();
      }
    },
  );
});
