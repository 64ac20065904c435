// Prepares a checkout: Node packages, the build, the Python environment (by `balpm setup`). What is in place already is left alone.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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
  fail(`Cannot set up balpm: Node ${process.versions.node} was found; install 20.19 or newer`);
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

/** What `balpm setup` makes, and what only the tests need on top. BALPM_SETUP_PYTHON names the interpreter to make it with. */
function installPython() {
  const python = process.env.BALPM_SETUP_PYTHON;
  balpmSetup(python ? ['--python', python] : []);
  if (!forTests) return;
  const [pinned, extra] = ['requirements', 'requirements-test'].map((name) =>
    readFileSync(at(`python_worker/${name}.txt`)),
  );
  once(at('.venv/.balpm-test-stamp'), [pinned, extra], 'installing what only the tests need', () =>
    pip('--no-deps', '-r', at('python_worker/requirements-test.txt')),
  );
}

/** Ends with its status when it fails. Its last lines, what to do next, are for a set-up by itself. */
function balpmSetup(args) {
  const stdio = ['ignore', forTests ? 'ignore' : 2, 'inherit'];
  const { status } = spawnSync(process.execPath, [at('dist/main.js'), 'setup', ...args], { cwd: root, stdio });
  if (status !== 0) process.exit(status ?? 1);
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
buildDist();
installPython();
if (forTests) installSlurm(say);
