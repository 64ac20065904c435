// What can be said of the code without running it: format, lint, types, sizes, dead code, layers. (Generated files are compared by a test.)
// `--fix` formats instead of complaining. The formatter and the linter live in tools/lint and are installed there once.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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
  [process.execPath, ['tools/check-sizes.mjs']],
  [linter('depcruise'), ['--config', 'tools/lint/dependency-cruiser.mjs', '--output-type', 'err', 'src']],
  ...[[], ['--production']].map((mode) => [
    linter('knip'),
    ['--config', 'tools/lint/knip.config.mjs', '--no-progress', ...mode],
  ]),
];

const wanted = readFileSync(join(lint, 'package.json'), 'utf8');
const stamp = join(lint, 'node_modules/.installed.json');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const isInstalled = run('npm', [
    'install',
    '--prefix',
    lint,
    '--no-package-lock',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ]);
  if (isInstalled) writeFileSync(stamp, wanted);
}

process.exitCode = CHECKS.map(([command, args]) => run(command, args)).every(Boolean) ? 0 : 1;
