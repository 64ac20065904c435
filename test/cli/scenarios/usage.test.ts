import { afterAll, describe, expect, test } from 'vitest';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const documentOf = (stdout: string) => JSON.parse(stdout) as Readonly<Record<string, unknown>>;

describe('wrong usage', () => {
  test.each([
    ['an unknown command', ['rum'], "unknown command 'rum'\n(Did you mean run?)"],
    ['an unknown sub-command', ['runs', 'lst'], "unknown command 'lst'\n(Did you mean ls?)"],
    ['an unknown option', ['run', '-c', config, '--dryrun'], "unknown option '--dryrun'\n(Did you mean --dry-run?)"],
    ['a missing option', ['run'], "required option '-c, --config <file>' not specified"],
    ['a value that is none of the choices', ['compare', '.', '--metric', 'x'], "argument 'x' is invalid"],
    ['a number that is none', ['sweep', '-c', config, '--jobs', '0'], 'a whole number from 1 to 1024 is needed'],
    [
      'an unknown key',
      ['config', 'check', '-c', config, 'acquisition.bacth=4'],
      "Cannot use config key 'acquisition.bacth'",
    ],
  ])('%s ends with status 2 and a hint on stderr', async (_name, args, message) => {
    const { status, stdout, stderr } = await balpm(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(message);
  });
});

describe('balpm version', () => {
  test('prints versions as a line and as a document', async () => {
    expect((await balpm(['version'])).stdout).toMatch(/^balpm \d+\.\d+\.\d+ \(node \d+\.\d+\.\d+\)$/);
    expect(documentOf((await balpm(['version', '--json'])).stdout)).toEqual({
      schemaVersion: 1,
      balpm: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      node: process.versions.node,
    });
  });
});

describe('balpm config', () => {
  test('check says that a configuration is valid', async () => {
    expect(await balpm(['config', 'check', '-c', config, 'seed=17'])).toMatchObject({
      status: 0,
      stdout: `${config}: valid`,
    });
    const { stdout } = await balpm(['config', 'check', '-c', config, '--json']);
    expect(documentOf(stdout)).toEqual({ schemaVersion: 1, config, valid: true });
  });

  test('show resolves defaults and overrides', async () => {
    const { stdout } = await balpm(['config', 'show', '-c', config, 'seed=17', '--json']);
    expect(documentOf(stdout)).toMatchObject({
      schemaVersion: 1,
      config: { name: 'tiny', seed: 17, rounds: 4, splits: { pool: 'train' } },
    });
  });

  test('keys lists every key with default and meaning', async () => {
    const { stdout } = await balpm(['config', 'keys', '--json']);
    const { keys } = documentOf(stdout) as { keys: { key: string; default: string; meaning: string }[] };
    expect(keys).toContainEqual({ key: 'rounds', default: '75', meaning: expect.stringContaining('rounds') });
    expect(keys.filter(({ meaning }) => meaning === '').map(({ key }) => key)).toEqual([]);
  });
});
