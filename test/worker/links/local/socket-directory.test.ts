import { existsSync, mkdirSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeSocketDirectory, removeStaleSockets } from '../../../../src/worker/links/local/socket-directory.ts';
import { newDirectory } from '../../test-worker.ts';

let parent: string;
beforeEach(() => {
  parent = newDirectory();
  vi.stubEnv('XDG_RUNTIME_DIR', parent);
});
afterEach(() => void vi.unstubAllEnvs());

/** A socket whose process was killed. */
async function desertSocket(directory: string): Promise<void> {
  mkdirSync(directory);
  const program = `require('net').createServer().listen(${JSON.stringify(join(directory, 's'))}, () => process.kill(process.pid, 'SIGKILL'))`;
  await execa(process.execPath, ['-e', program], { reject: false });
}

describe('makeSocketDirectory()', () => {
  it('makes a directory for this user alone, on a short path', () => {
    const directory = makeSocketDirectory();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(join(directory, 's').length).toBeLessThan(107);
  });

  it('removes what killed orchestrators left, and nothing else', async () => {
    const [dead, old, young, live, other] = [
      'balpm-socket-a',
      'balpm-socket-b',
      'balpm-socket-c',
      'balpm-socket-d',
      'x',
    ].map((name) => join(parent, name)) as [string, string, string, string, string];
    await desertSocket(dead);
    for (const path of [old, young, live, other]) mkdirSync(path);
    utimesSync(old, 1, 1);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(live, 's'), resolve));
    const made = makeSocketDirectory();
    await vi.waitUntil(() => !existsSync(dead) && !existsSync(old));
    expect(
      readdirSync(parent)
        .map((name) => join(parent, name))
        .toSorted(),
    ).toEqual([young, live, other, made].toSorted());
    server.close();
  });

  it('is not needed for that', async () => {
    const dead = join(parent, 'balpm-socket-a');
    await desertSocket(dead);
    await removeStaleSockets();
    expect(existsSync(dead)).toBe(false);
  });

  it('takes another place when the runtime directory is not usable', () => {
    vi.stubEnv('XDG_RUNTIME_DIR', join(parent, 'missing'));
    expect(makeSocketDirectory()).toMatch(/^\/tmp\/balpm-socket-/);
  });
});
