// Runs vitest and pytest and ends with one line over both: "N passed, N failed".
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const golden = process.argv.includes('--golden');
const results = join(root, '.test-results');
const vitestReport = join(results, 'vitest.json');
const pytestReport = join(results, 'pytest.xml');

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

function runPytest() {
  const only = golden ? ['-m', 'golden'] : [];
  return run(join(root, '.venv/bin/python'), [
    '-m',
    'pytest',
    'test/python',
    '-q',
    '-rs',
    ...only,
    `--junitxml=${pytestReport}`,
  ]);
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

/** The same of pytest's JUnit report. */
function countPytest() {
  if (!existsSync(pytestReport)) return { passed: 0, failed: 1, skipped: 0 };
  const text = readFileSync(pytestReport, 'utf8');
  const sum = (name) => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0);
  const failed = sum('failures') + sum('errors');
  return { passed: sum('tests') - failed - sum('skipped'), failed, skipped: sum('skipped') };
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const statuses = [runVitest(), runPytest()];
const counts = [countVitest(), countPytest()];
const total = (key) => counts.reduce((sum, count) => sum + count[key], 0);
const broken = statuses.some((status) => status !== 0) && total('failed') === 0 ? 1 : 0;
const skipped = total('skipped') > 0 ? `, ${total('skipped')} skipped` : '';
process.stdout.write(`\n${total('passed')} passed, ${total('failed') + broken} failed${skipped}\n`);
process.exitCode = statuses.some((status) => status !== 0) ? 1 : 0;
