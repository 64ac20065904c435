import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { makeScratch, ROOT } from '../support/balpm.ts';

const page = readFileSync(join(ROOT, 'docs/explanation/python-calls.md'), 'utf8');
const scratch = makeScratch();
afterAll(scratch.remove);
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1] ?? '';

test('the program of docs/explanation/python-calls.md runs', async () => {
  mkdirSync(join(scratch.path, 'node_modules'));
  symlinkSync(ROOT, join(scratch.path, 'node_modules/balpm'));
  symlinkSync(join(ROOT, 'node_modules/zod'), join(scratch.path, 'node_modules/zod'));
  writeFileSync(join(scratch.path, 'model.py'), block('py'));
  writeFileSync(join(scratch.path, 'steer.mjs'), block('js'));
  const { stdout } = await execa(process.execPath, ['steer.mjs'], { cwd: scratch.path });
  expect(stdout).toMatch(/^\[ 0, 0\.46211\d+, 0\.76159\d+ \]\nUSER_CODE TypeError 13$/);
});

test('docs/explanation/python-calls.md names codes there are', () => {
  const rows = page.slice(page.indexOf('| code of')).match(/`[A-Z]+_?[A-Z]+`/g) ?? [];
  expect(rows.length).toBeGreaterThan(9);
  for (const code of rows) expect(ErrorCode.options).toContain(code.replaceAll('`', ''));
});
