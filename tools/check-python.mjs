// What can be said of the Python code without running it: lint, format, layers, dead code, types. The tools live in
// tools/lint/.venv and are installed there once. `--fix` mends what can be mended; `--no-types` leaves pyright out.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lint = join(root, 'tools/lint');
const venv = join(lint, '.venv');
const tool = (name) => join(venv, 'bin', name);
const isFixing = process.argv.includes('--fix');
const env = { ...process.env, PYTHONPATH: root, PYTHONDONTWRITEBYTECODE: '1' };
const run = (command, args) => spawnSync(command, args, { cwd: root, env, stdio: 'inherit' }).status === 0;

const CHECKS = [
  [tool('ruff'), ['check', '--quiet', ...(isFixing ? ['--fix'] : [])]],
  [tool('ruff'), ['format', '--quiet', ...(isFixing ? [] : ['--check'])]],
  [tool('lint-imports'), ['--config', 'pyproject.toml', '--no-cache', '--no-logo']],
  [tool('vulture'), []],
  ...(process.argv.includes('--no-types') ? [] : [[join(lint, 'node_modules/.bin/pyright'), ['-p', 'pyproject.toml']]]),
];

/** Installs the tools unless those that are there are the wanted ones. */
function install() {
  const wanted = readFileSync(join(lint, 'requirements.txt'), 'utf8');
  const stamp = join(venv, 'installed.txt');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true;
  const own = join(root, '.venv/bin/python');
  const python = process.env.BALPM_SETUP_PYTHON ?? (existsSync(own) ? own : 'python3');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'tools/lint/requirements.txt'];
  const isInstalled = run(python, ['-m', 'venv', '--clear', venv]) && run(tool('python'), pip);
  if (isInstalled) writeFileSync(stamp, wanted);
  return isInstalled;
}

process.exitCode = install() && CHECKS.map(([command, args]) => run(command, args)).every(Boolean) ? 0 : 1;
