// Nothing in src is long: files of at most 300 lines, functions of at most 50 with at most 4 parameters. Prints each that is
// longer and not in tools/lint/exceptions.mjs, and each exception that is no longer needed; exit status 1.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LONG_FUNCTIONS } from './lint/exceptions.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const oxlint = join(root, 'tools/lint/node_modules/.bin/oxlint');
const { stdout, stderr } = spawnSync(oxlint, ['-c', 'tools/lint/sizes.json', '-f', 'json', 'src'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
if (!stdout?.trim()) throw new Error(`Cannot check sizes: oxlint printed nothing; ${stderr || 'run npm run check'}`);

const found = JSON.parse(stdout).diagnostics.map(({ filename, message, code, labels }) => ({
  file: filename,
  line: labels[0]?.span.line,
  message,
  name: code === 'eslint(max-lines-per-function)' ? /`(.*?)`/.exec(message)?.[1] : undefined,
}));
const isOf = (exception) => (problem) => problem.file === exception.file && problem.name === exception.name;
const problems = [
  ...found
    .filter((problem) => !LONG_FUNCTIONS.some((exception) => isOf(exception)(problem)))
    .map(({ file, line, message }) => `${file}:${line}: ${message}`),
  ...LONG_FUNCTIONS.filter((exception) => !found.some(isOf(exception))).map(
    ({ file, name }) => `tools/lint/exceptions.mjs: ${name} of ${file} is no longer too long; remove the exception`,
  ),
];
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
