import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { ENVIRONMENT_MARKS } from '../../src/base/environment-marks.ts';
import { type SetUpEnvironment, setUpEnvironment } from '../../src/setup/set-up-environment.ts';
import { makeScratch, ROOT } from '../support/balpm.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { PYTHON } from '../worker/test-worker.ts';

const SMALL = join(ROOT, 'test/setup/fixtures/small-requirements.txt');
const scratch = makeScratch();
afterAll(scratch.remove);
afterEach(() => vi.unstubAllEnvs());

/** Sets a directory of the scratch up; `steps` hears the steps. */
function setUp(
  directory: string,
  signal = new AbortController().signal,
  steps: string[] = [],
): Promise<SetUpEnvironment> {
  const progress = { begin: (step: string) => void steps.push(step), line: () => undefined, end: () => undefined };
  return setUpEnvironment({ directory, requirements: SMALL, python: PYTHON, signal, progress });
}

const namesIn = (directory: string): string[] => readdirSync(directory).filter((name) => name.startsWith('.balpm'));

test('setUpEnvironment() makes a half-made environment again after a kill, and a whole one never', async () => {
  const directory = join(scratch.path, 'killed');
  const script = join(ROOT, 'test/setup/fixtures/set-up.ts');
  const words = ['--import', 'tsx', script, directory, SMALL];
  const killed = execa(process.execPath, words, { cwd: ROOT, reject: false, detached: true });
  for await (const line of killed) if (line.startsWith('installing')) process.kill(-(killed.pid as number), 'SIGKILL');
  expect((await killed).signal).toBe('SIGKILL');
  expect(namesIn(directory)).toEqual([expect.stringContaining('.balpm-unfinished.')]);
  expect(ENVIRONMENT_MARKS.isUnfinished(directory)).toBe(true);

  const python = join(directory, 'bin/python');
  expect(await setUp(directory)).toEqual({ python, isNew: true });
  expect(execFileSync(python, ['-c', 'import msgspec; print(msgspec.__version__)'], { encoding: 'utf8' })).toBe(
    '0.22.0\n',
  );
  expect(namesIn(directory)).toEqual(['.balpm-stamp']);
  const steps: string[] = [];
  expect(await setUp(directory, undefined, steps)).toEqual({ python, isNew: false });
  expect(steps).toEqual([]);

  execFileSync(python, ['-m', 'pip', 'uninstall', '-qy', 'msgspec']);
  writeFileSync(join(directory, 'kept'), '');
  expect(await setUp(directory), 'a package was removed').toEqual({ python, isNew: true });
  expect(existsSync(join(directory, 'kept')), 'brought up to date in place').toBe(true);
});

test('setUpEnvironment() stops at a signal and leaves the environment marked as unfinished', async () => {
  const directory = join(scratch.path, 'stopped');
  const stop = new AbortController();
  const progress = { begin: () => stop.abort(), line: () => undefined, end: () => undefined };
  const stopped = setUpEnvironment({ directory, requirements: SMALL, python: PYTHON, signal: stop.signal, progress });
  await expect(stopped).rejects.toMatchObject({ kind: 'stopped', message: expect.stringContaining('it was stopped') });
  expect(ENVIRONMENT_MARKS.isUnfinished(directory)).toBe(true);
});

/** A virtual environment that balpm setup did not make, with msgspec in it or without. */
function makeForeign(name: string, hasPackage: boolean): string {
  const directory = join(scratch.path, name);
  execFileSync(PYTHON, ['-m', 'venv', '--without-pip', directory]);
  if (!hasPackage) return directory;
  const paths = ['import sysconfig; print(sysconfig.get_path("platlib"))'];
  const [from, to] = [PYTHON, join(directory, 'bin/python')].map((python) =>
    execFileSync(python, ['-c', ...paths], { encoding: 'utf8' }).trim(),
  ) as [string, string];
  for (const part of readdirSync(from).filter((file) => file.startsWith('msgspec')))
    cpSync(join(from, part), join(to, part), { recursive: true });
  return directory;
}

test('setUpEnvironment() takes an environment that someone else made and that lacks nothing', async () => {
  const directory = makeForeign('foreign-whole', true);
  expect(await setUp(directory)).toEqual({ python: join(directory, 'bin/python'), isNew: false });
  expect(namesIn(directory)).toEqual([]);
});

test('setUpEnvironment() never changes what a link leads to', async () => {
  const directory = makeForeign('shared', false);
  writeFileSync(join(directory, '.balpm-stamp'), 'of other requirements');
  const link = join(scratch.path, 'link');
  symlinkSync(directory, link);
  await expect(setUp(link)).rejects.toThrow('balpm setup did not make this environment');
  writeFileSync(join(directory, '.balpm-unfinished.1-1-000000'), '');
  await expect(setUp(link)).rejects.toThrow('there is something else at that place');
  expect(existsSync(join(directory, 'bin/python'))).toBe(true);
});

test('setUpEnvironment() removes nothing when the Python of a whole environment does not answer', async () => {
  const directory = makeForeign('silent', true);
  writeFileSync(join(directory, '.balpm-stamp'), 'of other requirements');
  rmSync(join(directory, 'bin/python'));
  await expect(setUp(directory)).rejects.toThrow(
    /^Cannot examine '.*silent': .*; run this again, or remove that directory to have it made again$/,
  );
  expect(existsSync(join(directory, 'pyvenv.cfg'))).toBe(true);
});

test('setUpEnvironment() leaves a lacking environment of someone else alone', async () => {
  const directory = makeForeign('foreign', false);
  await expect(setUp(directory)).rejects.toThrow(
    `Cannot set up '${directory}': balpm setup did not make this environment, and msgspec is not installed; name another directory with --venv, or run ${directory}/bin/python -m pip install -r ${SMALL}`,
  );
  expect(namesIn(directory)).toEqual([]);
});

test('setUpEnvironment() leaves a directory of something else and a file alone', async () => {
  const directory = join(scratch.path, 'photos');
  mkdirSync(directory);
  writeFileSync(join(directory, 'cat.jpg'), 'cat');
  for (const place of [directory, join(directory, 'cat.jpg')])
    await expect(setUp(place)).rejects.toThrow(
      `Cannot set up '${place}': there is something else at that place; name another directory with --venv`,
    );
  expect(readdirSync(directory)).toEqual(['cat.jpg']);
});

test('setUpEnvironment() leaves an environment alone that another process is making', async () => {
  const directory = join(scratch.path, 'busy');
  mkdirSync(directory);
  writeFileSync(join(directory, ENVIRONMENT_MARKS.unfinished()), '');
  await expect(setUp(directory)).rejects.toThrow('another balpm setup is making it; wait for that one to end');
});

test('setUpEnvironment() names the last words of pip and the network where no index answers', async () => {
  vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
  vi.stubEnv('PIP_FIND_LINKS', '');
  vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:9/simple');
  vi.stubEnv('PIP_RETRIES', '1');
  vi.stubEnv('PIP_NO_CACHE_DIR', '1');
  const failed = setUp(join(scratch.path, 'no-network'));
  await expect(failed).rejects.toMatchObject({ kind: 'environment' });
  await expect(failed).rejects.toThrow(
    /^Cannot set up '.*no-network': No matching distribution found for msgspec==0\.22\.0.*; check the network, or the package index that pip is configured with, then run the same command again$/,
  );
});

test('setUpEnvironment() names a full disk', async (context) => {
  const disk = mountSmallDisk(join(scratch.path, 'disk'), 1 << 20);
  if (disk === undefined) return context.skip();
  try {
    await expect(setUp(join(disk.path, 'venv'))).rejects.toThrow(
      /: no space is left on its disk; free 2 GB for CPU or 8 GB for CUDA, or name another disk/,
    );
  } finally {
    disk.remove();
  }
});

/** An interpreter that answers the probe with these lines. */
function answering(name: string, lines: readonly string[]): string {
  const path = join(scratch.path, name);
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}\n`, { mode: 0o755 });
  return path;
}

test.each([
  [
    'too-old',
    ['3.9.2', '/x', 'True'],
    /^Cannot use Python '.*too-old': it is 3\.9\.2; name the interpreter of a Python 3\.11/,
  ],
  ['no-python', ['hello'], /^Cannot use Python '.*no-python': it did not answer as a Python does; name/],
  [
    'bare',
    ['3.11.2', '/usr/bin/python3', 'False'],
    /^Cannot make a virtual environment with '.*': it does not have ensurepip; install it \(Debian/,
  ],
] as const)('setUpEnvironment() refuses a Python that is %s before it makes anything', async (name, lines, message) => {
  const directory = join(scratch.path, `by-${name}`);
  vi.stubEnv('PATH', '/usr/bin:/bin');
  const made = setUpEnvironment({
    directory,
    requirements: SMALL,
    python: answering(name, lines),
    signal: new AbortController().signal,
    progress: { begin: () => undefined, line: () => undefined, end: () => undefined },
  });
  await expect(made).rejects.toThrow(message);
  expect(existsSync(directory)).toBe(false);
});

test('setUpEnvironment() says so when PATH has no Python', async () => {
  const directory = join(scratch.path, 'without');
  vi.stubEnv('PATH', scratch.path);
  const request = { directory, requirements: SMALL, signal: new AbortController().signal };
  const progress = { begin: () => undefined, line: () => undefined, end: () => undefined };
  await expect(setUpEnvironment({ ...request, progress })).rejects.toThrow(
    'Cannot find Python 3.11 or newer: PATH has none as python3.11, python3, python, python3.12, python3.13; install one, or name it with --python',
  );
});
