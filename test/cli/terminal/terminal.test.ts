import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const SEQUENCE = '\u001b]0;owned\u0007\u009b31m\u202e';
const SHOWN = '\\u001b]0;owned\\u0007\\u009b31m\\u202e';

test('only terminal.ts and live-block.ts write to stdout and stderr, and no process inherits them', () => {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const writers = files.filter((file) => {
    const text = readFileSync(join(ROOT, 'src', file), 'utf8');
    return /\bprocess\s*(\.|\[)\s*'?(stdout|stderr)|console\.|'inherit'|writeSync\([12],/.test(text);
  });
  expect(writers.toSorted()).toEqual(['cli/terminal/live-block.ts', 'cli/terminal/terminal.ts']);
});

describe('the command line', () => {
  test.each([
    ['an unknown command', [`${SEQUENCE}\nerror: forged`]],
    ['an unknown option', ['run', `--${SEQUENCE}`]],
    ['a config that is missing', ['config', 'check', '-c', `${SEQUENCE}.yaml`]],
    ['an unknown key', ['config', 'check', '-c', writeTinyConfig(scratch.path), `${SEQUENCE}=1`]],
  ])('shows control sequences in %s', async (_name, args) => {
    const { status, stderr } = await balpm(args);
    expect(status).toBe(2);
    expect(stderr).toContain(SHOWN);
    expect(stderr).not.toMatch(/[^\P{C}\n]|\n\S/u);
  });

  test('prints a JSON document that can steer nothing and has the values as they are', async () => {
    const config = writeTinyConfig(scratch.path);
    const key = `data.columns=[${JSON.stringify(`/${SEQUENCE}`)}]`;
    const { stdout } = await balpm(['config', 'show', '-c', config, key, '--json']);
    expect(stdout).not.toMatch(/[^\P{C}\n]/u);
    expect(JSON.parse(stdout)).toMatchObject({ config: { data: { columns: [`/${SEQUENCE}`] } } });
    const yaml = await balpm(['config', 'show', '-c', config, key]);
    expect(yaml.stdout).toContain(`- "/${SHOWN.replaceAll('\\u001b', '\\e').replaceAll('\\u0007', '\\a')}"`);
  });
});
