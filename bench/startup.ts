/** CPU time of `balpm --help` and `balpm version` beside bare node, medians. Build first: `npm run build`. */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

const REPEATS = 15;
const GOAL_MS = 60;

/** User and system milliseconds of a command, as the shell's `times` counts its children. */
function cpuMilliseconds(command: string): number {
  const text = execFileSync('sh', ['-c', `${command} >/dev/null; times`], { encoding: 'utf8' });
  const children = text.trim().split('\n').at(-1) ?? '';
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, min, s]) => sum + 60_000 * Number(min) + 1000 * Number(s),
    0,
  );
}

function median(command: string): number {
  const values = Array.from({ length: REPEATS }, () => cpuMilliseconds(command)).toSorted((a, b) => a - b);
  return values[(REPEATS - 1) / 2] as number;
}

const bare = median('node -e 0');
console.log(`processor: ${cpus()[0]?.model}; bare node ${bare.toFixed(0)} ms of CPU`);
for (const words of ['--help', 'version', 'run --help']) {
  const above = median(`node dist/main.js ${words}`) - bare;
  console.log(
    `balpm ${words}: ${above.toFixed(0)} ms above bare node${words === '--help' ? ` (goal at most ${GOAL_MS} ms)` : ''}`,
  );
}
