/**
 * What choosing the exponent of distance noise costs a run: wall and CPU time of runs of configs/examples/minilm.yaml with
 * constant noise and with an exponent by validation, one after the other, medians over pairs.
 * `npx tsx bench/noise-speed.ts data.dataset=DIR data.store=DIR [key=value …]` (build first: `npm run build`).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile, row } from './measure.ts';

const PAIRS = 3;
const GOAL = 1.6;
const ARMS = {
  constant: ['posterior.noise.type=constant'],
  'distance by validation': ['posterior.noise.type=distance'],
  'cross-fitted stops': ['posterior.noise.type=constant', 'validation.folds=5'],
} as const;

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** Seconds of one run; CPU time, of node and worker, as the shell counts its children. */
function run(directory: string, id: string, overrides: readonly string[]): Cost {
  const words = [
    'run',
    '-c',
    'configs/examples/minilm.yaml',
    '--id',
    id,
    `output.dir=${directory}`,
    'seed=1',
    ...overrides,
  ];
  const command = 'node dist/main.js "$@" >/dev/null 2>&1 || exit 1; times';
  const begun = performance.now();
  const text = execFileSync('sh', ['-c', command, 'sh', ...words], { encoding: 'utf8' });
  const children = text.trim().split('\n').at(-1) ?? '';
  const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + 60 * Number(m) + Number(s), 0);
  return { wall: (performance.now() - begun) / 1000, cpu };
}

const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

const directory = mkdtempSync(join(tmpdir(), 'noise-speed-'));
const costs = new Map<string, Cost[]>(Object.keys(ARMS).map((arm) => [arm, []]));
try {
  for (let pair = 0; pair < PAIRS; pair += 1)
    for (const [arm, overrides] of Object.entries(ARMS))
      costs
        .get(arm)
        ?.push(run(directory, `${arm.replaceAll(' ', '-')}-${pair}`, [...overrides, ...process.argv.slice(2)]));
} finally {
  rmSync(directory, { recursive: true, force: true });
}

console.log(`processor: ${cpus()[0]?.model}; load ${loadavg()[0]?.toFixed(1)}; medians of ${PAIRS} runs each`);
console.log(row('arm', 'wall s', 'CPU s', 'wall ratio', 'CPU ratio'));
const base = costs.get('constant') ?? [];
for (const [arm, all] of costs) {
  const ratio = (part: keyof Cost) => median(all.map((cost, pair) => cost[part] / (base[pair]?.[part] ?? Number.NaN)));
  const seconds = (part: keyof Cost) => median(all.map((cost) => cost[part])).toFixed(1);
  console.log(row(arm, seconds('wall'), seconds('cpu'), ratio('wall').toFixed(2), ratio('cpu').toFixed(2)));
}
console.log(`goal: distance by validation at most ${GOAL}x constant`);
