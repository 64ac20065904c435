import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { balpm, makeScratch, ROOT } from '../support/balpm.ts';

const page = readFileSync(join(ROOT, 'docs/explanation/acquire.md'), 'utf8');
const scratch = makeScratch();
afterAll(scratch.remove);
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1] ?? '';

test('the Python of docs/explanation/acquire.md picks what its command line picks', async () => {
  mkdirSync(join(scratch.path, 'node_modules/.bin'), { recursive: true });
  symlinkSync(join(ROOT, 'dist/main.js'), join(scratch.path, 'node_modules/.bin/balpm'));
  writeFileSync(join(scratch.path, 'pick.py'), block('py'));
  const { stdout } = await execa(join(ROOT, '.venv/bin/python'), ['pick.py'], { cwd: scratch.path });
  expect(stdout).toMatch(/^\[\d+(, \d+){7}\] 0\.\d+ \d\.\d+$/);
  const called = await balpm(block('sh').trim().split(' ').slice(2), { cwd: scratch.path });
  const { picks } = JSON.parse(called.stdout) as { picks: { index: number }[] };
  expect(stdout.startsWith(JSON.stringify(picks.map(({ index }) => index)).replaceAll(',', ', '))).toBe(true);
});

test('docs/explanation/acquire.md names every flag', async () => {
  const { stdout } = await balpm(['acquire', '--help']);
  const flags = [...stdout.matchAll(/^ +(?:-h, )?(--[a-z]+)/gm)].map(([, flag]) => flag ?? '');
  expect(flags.length).toBeGreaterThan(13);
  expect(flags.filter((flag) => flag !== '--help' && !page.includes(flag))).toEqual([]);
});
