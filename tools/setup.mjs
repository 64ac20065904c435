// Prepares a checkout: Node packages, the Python environment, the build. What is in place already is left alone.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installSlurm } from './install-slurm.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const forTests = process.argv.includes('--test');
const at = (...parts) => join(root, ...parts);
const say = (line) => process.stderr.write(`setup: ${line}\n`);

/** Runs `make` unless `stamp` says that the same inputs were made already. */
function once(stamp, inputs, what, make) {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(`${input.length}:`).update(input);
  const wanted = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const begun = performance.now();
  say(what);
  make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  say(`${what}: done in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

function run(command, args) {
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 2, 'inherit'] });
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Cannot set up balpm: Node ${process.versions.node} was found, 20.19 or newer is needed`);
}

function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(3);
}

function installNodePackages() {
  const inputs = [readFileSync(at('package-lock.json')), process.versions.modules];
  once(at('node_modules/.balpm-stamp'), inputs, 'installing Node packages', () =>
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']),
  );
}

/** The newest suitable interpreter on PATH, or the one named by BALPM_SETUP_PYTHON. */
function findPython() {
  const candidates = process.env.BALPM_SETUP_PYTHON
    ? [process.env.BALPM_SETUP_PYTHON]
    : ['python3.11', 'python3', 'python'];
  const probe = 'import sys; print("%d.%d" % sys.version_info[:2])';
  for (const name of candidates) {
    try {
      const version = execFileSync(name, ['-c', probe], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
      const [major, minor] = version.split('.').map(Number);
      if (major === 3 && minor >= 11) return name;
    } catch {
      // Not on PATH, or not an interpreter: the next one may be.
    }
  }
  return fail(`Cannot set up balpm: no Python 3.11 or newer among ${candidates.join(', ')}, one is needed on PATH`);
}

function installPython() {
  const pinned = readFileSync(at('python_worker/requirements.txt'));
  once(at('.venv/.balpm-stamp'), [pinned], 'installing the Python environment (.venv)', () => {
    rmSync(at('.venv'), { recursive: true, force: true });
    run(findPython(), ['-m', 'venv', at('.venv')]);
    pip('-r', at('python_worker/requirements.txt'));
  });
  const extra = readFileSync(at('python_worker/requirements-test.txt'));
  if (forTests) {
    once(at('.venv/.balpm-test-stamp'), [pinned, extra], 'installing what only the tests need', () =>
      pip('--no-deps', '-r', at('python_worker/requirements-test.txt')),
    );
  }
}

const pip = (...args) =>
  run(at('.venv/bin/python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...args]);

function sourcesOf(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? sourcesOf(path) : statSync(path).isFile() ? [path, readFileSync(path)] : [];
    });
}

function buildDist() {
  const inputs = [...sourcesOf(at('src')), readFileSync(at('tools/build.mjs')), readFileSync(at('package.json'))];
  once(at('dist/.balpm-stamp'), inputs, 'building dist', () => run(process.execPath, [at('tools/build.mjs')]));
}

checkNode();
installNodePackages();
installPython();
buildDist();
if (forTests) installSlurm(say);
