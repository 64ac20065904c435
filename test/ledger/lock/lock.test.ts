import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { tryKernelLock } from '../../../src/ledger/lock/kernel-lock.ts';
import type { Lease } from '../../../src/ledger/lock/lease.ts';
import { parseLease, renderLease } from '../../../src/ledger/lock/lease-text.ts';
import { takeLock } from '../../../src/ledger/lock/lock.ts';
import { currentPlace, type LockPlace } from '../../../src/ledger/lock/lock-place.ts';
import { processStart } from '../../../src/ledger/lock/process-start.ts';
import { makeScratch } from '../../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const QUICK = { renewMs: 10 };
const GONE = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));
const here: LockPlace = { ...currentPlace(), seesAll: true };
const elsewhere: LockPlace = { host: 'elsewhere', bootId: 'another', pidNamespace: 'pid:[1]', seesAll: true };
let files = 0;

function newLock(content?: string): string {
  const place = join(scratch.path, `run-${files++}`);
  mkdirSync(place);
  const path = join(place, 'LOCK');
  if (content !== undefined) writeFileSync(path, content);
  return path;
}

/** As earlier versions wrote it. */
const earlier = (pid: number, host: string, started: string): string => JSON.stringify({ pid, host, started });

/** As an owner at a place left it. */
const leaseAt = ({ bootId, pidNamespace, host }: LockPlace, owner: Partial<Lease> = {}, kernelLock = true): string =>
  renderLease({
    pid: owner.pid ?? GONE,
    host,
    started: owner.started ?? '1',
    lease: { nonce: 'of-another', bootId, pidNamespace, kernelLock, renewals: 7 },
  });

async function expectTaken(path: string, options: Parameters<typeof takeLock>[1] = QUICK): Promise<void> {
  const lock = await takeLock(path, { ...QUICK, place: here, ...options });
  expect(parseLease(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, lease: { nonce: lock.nonce } });
  expect(lock.lost()).toBeUndefined();
  await lock.release();
  expect(readdirSync(join(path, '..'))).toEqual([]);
}

const expectRefused = async (path: string, message: RegExp, options = {}): Promise<void> => {
  const before = readFileSync(path);
  await expect(takeLock(path, { ...QUICK, place: here, ...options })).rejects.toThrow(message);
  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(join(path, '..'))).toEqual(['LOCK']);
};

describe('takeLock()', () => {
  test('keeps a second taker out, of this process too, and lets it in after the release', async () => {
    const path = newLock();
    const lock = await takeLock(path);
    await expect(takeLock(path)).rejects.toThrow(/process \d+ on .* holds it \(it renewed its lock \d+ s ago\)/);
    await expect(takeLock(path, { takeOver: true })).rejects.toThrow(/holds it/);
    expect(readdirSync(join(path, '..'))).toEqual(['LOCK']);
    await lock.release();
    await expectTaken(path);
  });

  test('lets exactly one of many takers have a lock that was left behind', async () => {
    const path = newLock(leaseAt(here));
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path, QUICK)));
    const locks = taken.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(locks).toHaveLength(1);
    await locks[0]?.release();
  });

  test('leaves a lock alone that is not its own any more, and says whose it is', async () => {
    const path = newLock();
    const lock = await takeLock(path);
    writeFileSync(path, earlier(1, 'elsewhere', '1'));
    expect(lock.lost()).toBe('process 1 on elsewhere took it over');
    await lock.release();
    expect(existsSync(path)).toBe(true);
  });

  test('gives no child its descriptor, for a child may outlive it', async () => {
    const path = newLock();
    const lock = await takeLock(path);
    const { stdout } = spawnSync('sh', ['-c', 'ls -l /proc/$$/fd /dev/fd'], { encoding: 'utf8' });
    expect(stdout).not.toContain('LOCK');
    await lock.release();
  });

  test.each(['a directory', 'a symbolic link', 'not a regular file'])('refuses %s in its place', async (kind) => {
    const path = newLock();
    if (kind === 'a directory') mkdirSync(path);
    else if (kind === 'a symbolic link') symlinkSync('LOCK', path);
    else execFileSync('mkfifo', [path]);
    await expect(takeLock(path, QUICK)).rejects.toThrow(`it is ${kind}; remove it`);
  });
});

describe('a lock of an earlier version', () => {
  test.each([
    ['a process of this host that is gone', GONE, '1'],
    ['a number that is another process by now', process.ppid, 'another time'],
    ['an earlier process with this very number', process.pid, 'before the restart'],
  ])('is taken over from %s', async (_what, pid, started) => {
    await expectTaken(newLock(earlier(pid, hostname(), started)));
  });

  test('is never taken from a process of this host that lives', async () => {
    const alive = earlier(process.ppid, hostname(), processStart(process.ppid));
    for (const takeOver of [false, true]) await expectRefused(newLock(alive), /holds it; wait/, { takeOver });
  });

  test('of another host is refused with the way to go on, and taken over with a warning when asked to', async () => {
    const path = newLock(earlier(14, 'node-a17', '123456'));
    await expectRefused(path, /process 14 on node-a17.*balpm cannot know from here.*`balpm resume .* --take-over`/);
    const notes: string[] = [];
    await expectTaken(path, { takeOver: true, note: (sentence) => notes.push(sentence) });
    expect(notes).toEqual([expect.stringMatching(/^warning: .*process 14 on node-a17.*balpm cannot know/)]);
  });

  test('of this host is refused where not every process of the kernel can be seen', async () => {
    const place = { ...here, seesAll: false };
    await expectRefused(newLock(earlier(GONE, hostname(), '1')), /--take-over/, { place });
  });
});

describe('the lock of an owner that was killed', () => {
  test.each([
    ['here', leaseAt(here)],
    ['with a number that is another process by now', leaseAt(here, { pid: process.ppid })],
    ['under another host name', leaseAt({ ...here, host: 'renamed' })],
    ['in another process namespace', leaseAt({ ...here, pidNamespace: 'pid:[1]' }, { pid: process.ppid })],
    ['where the kernel locks no files', leaseAt(here, {}, false)],
  ])('is taken over at once (%s)', async (_where, content) => {
    await expectTaken(newLock(content), { renewMs: 1e6 });
  });

  test.each([
    ['on another kernel', leaseAt(elsewhere)],
    ['on another kernel, with the number of a process that lives here', leaseAt(elsewhere, { pid: process.ppid })],
    ['of which it is not known whether the kernel locked it', leaseAt({ ...here, pidNamespace: 'pid:[1]' }, {}, false)],
    ['before its content was on disk', '{"pid": 1'],
    ['and an empty file left', ''],
    ['and its directory copied, while the owner of the first goes on', leaseAt(here, ownStart())],
  ])('is taken over when it was not renewed for a while (%s)', async (_where, content) => {
    const path = newLock(content);
    const notes: string[] = [];
    await expectTaken(path, { note: (sentence) => notes.push(sentence) });
    expect(notes).toEqual([expect.stringMatching(/waiting 0.06 s to see whether it is alive/)]);
  });

  test('is not waited for any longer when the run is stopped', async () => {
    const signal = AbortSignal.abort();
    const path = newLock(leaseAt(elsewhere));
    await expectRefused(path, /stopped, as requested/, { renewMs: 1e6, signal });
  });
});

describe('the lock of an owner that lives', () => {
  test('on another kernel is left alone for as long as it is renewed', async () => {
    const path = newLock();
    const lock = await takeLock(path, { renewMs: 10, place: elsewhere });
    // Its kernel lock cannot be seen from another kernel: a copy stands for the file as that kernel shows it.
    const copy = newLock(readFileSync(path, 'utf8'));
    const timer = setInterval(() => writeFileSync(copy, readFileSync(path)), 5);
    for (const takeOver of [false, true]) {
      const request = takeLock(copy, { renewMs: 1000, place: here, takeOver });
      await expect(request).rejects.toThrow(/on elsewhere holds it \(it renewed its lock just now\)/);
    }
    clearInterval(timer);
    await lock.release();
  });

  test('is renewed, and is lost when its file is replaced, deleted or damaged', async () => {
    const path = newLock();
    const lock = await takeLock(path, QUICK);
    const first = readFileSync(path, 'utf8');
    await expect.poll(() => readFileSync(path, 'utf8'), { interval: 5, timeout: 20_000 }).not.toBe(first);
    const kept = readFileSync(path);
    writeFileSync(`${path}.new`, leaseAt(elsewhere));
    renameSync(`${path}.new`, path);
    expect(lock.lost()).toBe(`process ${GONE} on elsewhere took it over`);
    writeFileSync(path, 'x');
    expect(lock.lost()).toBe('its lock was damaged');
    execFileSync('rm', [path]);
    expect(lock.lost()).toBe('its lock was deleted');
    expect(kept.length).toBe(first.length);
    await lock.release();
    expect(existsSync(path)).toBe(false);
  });
});

describe('tryKernelLock()', () => {
  test('is made by Python where there is no program for it, and not had without either', () => {
    const path = newLock('');
    const [one, other] = [openSync(path, 'r+'), openSync(path, 'r+')];
    const { PATH } = process.env;
    process.env['PATH'] = '/nowhere';
    try {
      const python = join(import.meta.dirname, '../../../.venv/bin/python');
      expect(tryKernelLock(one, undefined)).toBe('unavailable');
      expect(tryKernelLock(one, '/nowhere/python')).toBe('unavailable');
      expect(tryKernelLock(one, python)).toBe('taken');
      expect(tryKernelLock(other, python)).toBe('held');
    } finally {
      process.env['PATH'] = PATH;
    }
    expect(tryKernelLock(other, undefined)).toBe('held');
    closeSync(one);
    expect(tryKernelLock(other, undefined)).toBe('taken');
    closeSync(other);
  });
});

/** This very process, which does not hold the lock that names it. */
function ownStart(): Partial<Lease> {
  return { pid: process.pid, started: processStart(process.pid) };
}
