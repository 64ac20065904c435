// What can be said of the code without running it: format, lint, types. (Generated files are compared by a test.)
// `--fix` formats instead of complaining. The formatter and the linter live in tools/lint and are installed there once.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lint = join(root, 'tools/lint');
const linter = (name) => join(lint, 'node_modules/.bin', name);
const env = { ...process.env, OXLINT_TSGOLINT_PATH: linter('tsgolint') };
const run = (command, args) => spawnSync(command, args, { cwd: root, env, stdio: 'inherit' }).status === 0;

const CHECKS = [
  [linter('biome'), process.argv.includes('--fix') ? ['check', '--write', '.'] : ['ci', '.']],
  [linter('oxlint'), ['--type-aware', '-c', '.oxlintrc.json', 'src', 'tools', 'test', 'bench']],
  [join(root, 'node_modules/.bin/tsc'), ['-p', '.']],
  [process.execPath, ['tools/check-test-places.mjs']],
];

if (!existsSync(linter('biome')))
  run('npm', ['install', '--prefix', lint, '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund']);
process.exitCode = CHECKS.map(([command, args]) => run(command, args)).every(Boolean) ? 0 : 1;
