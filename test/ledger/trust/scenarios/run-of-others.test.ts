import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import * as resume from '../../../../src/cli/resume.ts';
import * as runs from '../../../../src/cli/runs/runs.ts';
import { loadConfig } from '../../../../src/config/load.ts';
import { openRun } from '../../../../src/experiment/open-run.ts';
import { createRunDirectory, type RunPaths } from '../../../../src/ledger/run-directory.ts';
import { runMark } from '../../../../src/ledger/trust/run-mark.ts';
import { makeScratch } from '../../../support/balpm.ts';
import { callCommand } from '../../../support/call-command.ts';
import { writeTinyConfig } from '../../../support/tiny-config.ts';

const scratch = makeScratch();
const stateHome = process.env['XDG_STATE_HOME'];
afterEach(() => {
  process.env['XDG_STATE_HOME'] = stateHome;
});
afterAll(scratch.remove);

const config = writeTinyConfig(scratch.path);
const ran = join(scratch.path, 'ran');
const program = writeProgram('program');
const own = join(scratch.path, 'own.py');
writeFileSync(own, `open(${JSON.stringify(ran)}, "w")\n`);

/** A program that leaves a file when it is run. */
function writeProgram(name: string): string {
  const path = join(scratch.path, name);
  writeFileSync(path, `#!/bin/sh\necho >'${ran}'\nexit 3\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A run directory as `user` makes it; users have homes of their own. */
async function runOf(user: string, name: string, overrides: readonly string[]): Promise<RunPaths> {
  process.env['XDG_STATE_HOME'] = join(scratch.path, user);
  const loaded = await loadConfig(config, overrides);
  const paths = await createRunDirectory(join(scratch.path, 'runs', name), loaded);
  process.env['XDG_STATE_HOME'] = join(scratch.path, 'me');
  return paths;
}

const CODE = [
  ['worker.python', [`worker.python=${program}`]],
  ['oracle.command', ['oracle.type=command', `oracle.command=${program} --labels`]],
  ['posterior.module', ['posterior.type=external', `posterior.module=${own}:Model`]],
] as const;

describe('a run directory from somebody else', () => {
  test.each(CODE)('does not run its %s unless it is trusted', async (key, overrides) => {
    const { root } = await runOf('colleague', `theirs-${key}`, overrides);
    await expect(callCommand(resume, [root])).rejects.toThrow(
      new RegExp(
        `^Cannot run the code of run 'theirs-${key}': it names ${key} '.*', and nothing shows .* give --trust$`,
      ),
    );
    expect(existsSync(ran)).toBe(false);
  });

  test.each(['explain', 'policies'])('does not run its interpreter or class for runs %s', async (command) => {
    for (const [key, overrides] of CODE.filter(([name]) => name !== 'oracle.command')) {
      const { root } = await runOf('colleague', `${command}-${key}`, [...overrides, 'worker.listen=127.0.0.1']);
      await expect(callCommand(runs, [command, root, '--round', '1'])).rejects.toThrow(`it names ${key} '`);
    }
    expect(existsSync(ran)).toBe(false);
  });

  test('does not run the interpreter of a worker elsewhere to lock itself, where there is no program for that', async () => {
    const { root, metrics } = await runOf('colleague', 'far', [`worker.python=${program}`, 'worker.listen=127.0.0.1']);
    writeFileSync(metrics, 'without events\n');
    vi.stubEnv('PATH', scratch.path);
    await expect(callCommand(resume, [root]))
      .rejects.toThrow('Cannot read events')
      .finally(vi.unstubAllEnvs);
    expect(existsSync(ran)).toBe(false);
  });

  test('is not gone on with by a run or a sweep that names other code', async () => {
    const { root } = await runOf('colleague', 'planted', [`worker.python=${program}`]);
    await expect(openRun(root, await loadConfig(config), true)).rejects.toThrow("it names worker.python '");
    const same = await openRun(root, await loadConfig(config, [`worker.python=${program}`]), true);
    expect(same.isNew).toBe(false);
  });

  test('runs what it names with --trust, and is known from then on', async () => {
    const paths = await runOf('colleague', 'trusted', [`worker.python=${program}`]);
    await expect(callCommand(resume, [paths.root, '--trust'])).rejects.toThrow('it ended with status 3');
    expect(existsSync(ran)).toBe(true);
    rmSync(ran);
    expect(runMark.holds(paths)).toBe(true);
  });

  test('needs no trust where it names nothing', async () => {
    const { root, trust } = await runOf('colleague', 'plain', []);
    expect(existsSync(trust)).toBe(false);
    await expect(callCommand(runs, ['explain', root, '--round', '1'])).rejects.toThrow('no batch was chosen for it');
  });
});

describe('the mark of a run', () => {
  test('holds for who made the run, wherever the directory goes', async () => {
    const paths = await runOf('me', 'mine', [`worker.python=${program}`]);
    expect(runMark.holds(paths)).toBe(true);
    const moved = join(scratch.path, 'moved');
    cpSync(paths.root, moved, { recursive: true });
    const at = (name: string): string => join(moved, name);
    expect(runMark.holds({ resolved: at('config.resolved.yaml'), trust: at('trust.json') })).toBe(true);
  });

  test('does not hold for other settings, another key, a mark that is none, or a key that others can read', async () => {
    const paths = await runOf('me', 'changed', [`worker.python=${program}`]);
    const mark = readFileSync(paths.trust, 'utf8');
    const resolved = readFileSync(paths.resolved, 'utf8');
    writeFileSync(paths.resolved, resolved.replace(program, '/bin/evil'));
    expect(runMark.holds(paths)).toBe(false);
    writeFileSync(paths.resolved, resolved);
    for (const wrong of ['', 'x', '{}', '[]', '{"mac":"00"}', mark.replace(/"mac":"..../, '"mac":"0000')]) {
      writeFileSync(paths.trust, wrong);
      expect(runMark.holds(paths)).toBe(false);
    }
    writeFileSync(paths.trust, mark);
    expect(runMark.holds(paths)).toBe(true);
    chmodSync(join(scratch.path, 'me/balpm/trust.key'), 0o644);
    expect(runMark.holds(paths)).toBe(false);
    chmodSync(join(scratch.path, 'me/balpm/trust.key'), 0o600);
    process.env['XDG_STATE_HOME'] = join(scratch.path, 'other');
    expect(runMark.holds(paths)).toBe(false);
  });

  test('is left out, and the run made, where the home cannot be written', async () => {
    mkdirSync(join(scratch.path, 'full'));
    writeFileSync(join(scratch.path, 'full/balpm'), 'no directory');
    const paths = await runOf('full', 'homeless', [`worker.python=${program}`]);
    expect(existsSync(paths.manifest)).toBe(true);
    expect(existsSync(paths.trust)).toBe(false);
  });
});
