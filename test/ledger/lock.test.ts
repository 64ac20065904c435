import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { takeLock } from '../../src/ledger/lock.ts';
import { makeScratch } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const lockOf = (name: string, content: object): string => {
  const path = join(scratch.path, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
};

describe('takeLock()', () => {
  test('keeps a second taker out and lets it in after the release', () => {
    const path = join(scratch.path, 'own');
    const release = takeLock(path);
    expect(() => takeLock(path)).toThrow(/process \d+ on .* holds it/);
    release();
    takeLock(path)();
    expect(existsSync(path)).toBe(false);
  });

  test('takes over from a process that is gone', async () => {
    const { pid } = await execaPid();
    takeLock(lockOf('gone', { pid, host: hostname(), started: '1' }))();
  });

  test('takes over when the pid belongs to another process by now', () => {
    takeLock(lockOf('reused', { pid: process.ppid, host: hostname(), started: 'another time' }))();
  });

  test('leaves the lock of another host alone', () => {
    const path = lockOf('remote', { pid: 1, host: 'elsewhere', started: '1' });
    expect(() => takeLock(path)).toThrow(/on elsewhere holds it/);
  });

  test('takes over from an earlier process with this very pid', () => {
    takeLock(lockOf('own-pid', { pid: process.pid, host: hostname(), started: 'before the restart' }))();
  });

  test('leaves a lock alone that is not its own any more', () => {
    const path = join(scratch.path, 'stolen');
    const release = takeLock(path);
    writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere', started: '1' }));
    release();
    expect(existsSync(path)).toBe(true);
  });

  test('leaves nothing but the lock behind', () => {
    const place = join(scratch.path, 'alone');
    mkdirSync(place);
    const release = takeLock(join(place, 'LOCK'));
    expect(readdirSync(place)).toEqual(['LOCK']);
    release();
    expect(readdirSync(place)).toEqual([]);
  });

  test('takes over a lock that was torn while it was written', () => {
    const path = join(scratch.path, 'torn');
    writeFileSync(path, '{"pid": 1');
    takeLock(path)();
  });
});

/** The pid of a process that has ended. */
async function execaPid(): Promise<{ pid: number }> {
  const { stdout } = await execa(process.execPath, ['-p', 'process.pid']);
  return { pid: Number(stdout) };
}
