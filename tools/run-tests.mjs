// Runs vitest and pytest and ends with one line over both: "N passed, N failed".
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const golden = process.argv.includes('--golden');
const results = join(root, '.test-results');
const vitestReport = join(results, 'vitest.json');
/** Two processes of about equal length, for two cores. */
const loadingModels = ['extraction', 'features', 'models', 'posterior/fine_tuning', 'texts'].map(
  (name) => `test/python/${name}`,
);
const pytestHalves = [loadingModels, ['test/python', ...loadingModels.map((folder) => `--ignore=${folder}`)]];
const pytestParts = golden ? [['test/python', '-m', 'golden']] : pytestHalves;
const pytestReport = (part) => join(results, `pytest-${part}.xml`);

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

function runVitest() {
  const only = golden ? ['.golden.test.ts'] : [];
  return run('npx', [
    'vitest',
    'run',
    ...only,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${vitestReport}`,
  ]);
}

/** Runs the parts side by side; what the later ones say is printed when the first is done. Resolves with the statuses. */
async function runPytest() {
  const running = pytestParts.map((args, part) =>
    startPytest([...args, '-q', '-rs', `--junitxml=${pytestReport(part)}`], part === 0),
  );
  const statuses = [];
  for (const { ended, said } of running) {
    statuses.push(await ended);
    process.stdout.write(said().join(''));
  }
  return statuses;
}

function startPytest(args, isFirst) {
  const said = [];
  const stdio = ['ignore', isFirst ? 'inherit' : 'pipe', 'inherit'];
  const child = spawn(join(root, '.venv/bin/python'), ['-m', 'pytest', ...args], { cwd: root, stdio });
  child.stdout?.setEncoding('utf8').on('data', (text) => said.push(text));
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (status) => resolve(status ?? 1));
  });
  return { ended, said: () => said };
}

/** Passed, failed and skipped of vitest's JSON report; a report that is missing counts as one failure. */
function countVitest() {
  if (!existsSync(vitestReport)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(vitestReport, 'utf8'));
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The same of a JUnit report of pytest. */
function countPytest(report) {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const text = readFileSync(report, 'utf8');
  const sum = (name) => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0);
  const failed = sum('failures') + sum('errors');
  return { passed: sum('tests') - failed - sum('skipped'), failed, skipped: sum('skipped') };
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const statuses = [runVitest(), ...(await runPytest())];
const counts = [countVitest(), ...pytestParts.map((_args, part) => countPytest(pytestReport(part)))];
const total = (key) => counts.reduce((sum, count) => sum + count[key], 0);
const broken = statuses.some((status) => status !== 0) && total('failed') === 0 ? 1 : 0;
const skipped = total('skipped') > 0 ? `, ${total('skipped')} skipped` : '';
process.stdout.write(`\n${total('passed')} passed, ${total('failed') + broken} failed${skipped}\n`);
process.exitCode = statuses.some((status) => status !== 0) ? 1 : 0;
