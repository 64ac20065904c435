// Runs configs/quickstart.yaml as a sweep, then writes and names the report.
import { spawnSync } from 'node:child_process';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const runs = join(root, 'runs/quickstart');

/** Runs one balpm command, its progress on our stderr; returns what it printed. Ends with its status when it fails. */
function balpm(...args) {
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'dist/main.js'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}

balpm('sweep', '-c', 'configs/quickstart.yaml', '--id', 'quickstart');
process.stdout.write(`${balpm('compare', runs)}\n`);
balpm('report', runs, '--out', join(runs, 'report'));
process.stdout.write(`Report: ${relative(process.cwd(), join(runs, 'report/index.html'))}\n`);
