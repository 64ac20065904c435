import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refuseForeignBytes } from '../../../src/cli/terminal/refuse-foreign-bytes.ts';
import { resolvePython } from '../../../src/worker/links/local/interpreter.ts';
import { workerEnvironment } from '../../../src/worker/links/local/worker-environment.ts';
import { temporaryDirectory } from '../../data/fixtures.ts';
import { ROOT } from '../../support/balpm.ts';

test('names of other encodings are refused whole, and nothing is made', () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'train.jsonl'), '{"prompt":"p","chosen":"a","rejected":"b"}\n');
  // A shell hands the byte on; Node itself can give only UTF-8.
  const command = `exec "$0" "$1" data import train.jsonl --split train --out "$(printf 'caf\\351')"`;
  const { status, stderr } = spawnSync('bash', ['-c', command, process.execPath, join(ROOT, 'dist/main.js')], {
    cwd: directory,
    encoding: 'utf8',
  });
  expect(stderr).toBe(
    "error: Cannot use argument 'caf\ufffd': its bytes are not UTF-8; give the name in UTF-8 (rename the file first)\n",
  );
  expect(status).toBe(2);
  expect(readdirSync(directory)).toEqual(['train.jsonl']);
});

test('a character U+FFFD that was meant is an argument like another', () => {
  const file = join(temporaryDirectory(), 'cmdline');
  writeFileSync(file, 'node\0main.js\0\ufffd\0');
  expect(() => refuseForeignBytes(['\ufffd'], file)).not.toThrow();
  expect(() => refuseForeignBytes(['\ufffd'], join(file, 'none'))).not.toThrow();
});

test('workers take paths for UTF-8, whatever the locale', () => {
  const inherited = { PATH: process.env['PATH'], LC_ALL: 'C', PYTHONUTF8: '0', PYTHONCOERCECLOCALE: '0' };
  const env = workerEnvironment({ packageDir: ROOT, threads: 1 }, inherited);
  const python = resolvePython(undefined);
  const print = 'import sys; print(sys.getfilesystemencoding(), open(__import__("os").devnull).encoding)';
  expect(execFileSync(python, ['-c', print], { env, encoding: 'utf8' }).trim()).toMatch(/^utf-8 utf-8$/i);
});
