/**
 * One run on alpaca-pairs with its MiniLM features (20 rounds of 40, 5 members), and two seeds in one sweep on one
 * worker: the second pays no start-up. `npx tsx bench/alpaca.ts [../shared/data/alpaca-pairs]` after `npm run build`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAlpacaStore } from './alpaca-store.ts';

const GOAL_SECONDS = 25;
const source = process.argv[2] ?? '../shared/data/alpaca-pairs';
const directory = mkdtempSync(join(tmpdir(), 'balpm-alpaca-'));
const at = (name: string): string => join(directory, name);

/** Runs the built command line, quietly, and returns its wall seconds. */
function secondsOf(...args: readonly string[]): number {
  const begun = performance.now();
  execFileSync(process.execPath, ['dist/main.js', ...args], { stdio: 'ignore' });
  return (performance.now() - begun) / 1000;
}

const DATA = [`data.dataset=${at('pairs')}`, `data.store=${at('features')}`, `output.dir=${at('runs')}`];
const CONFIG = ['-c', 'configs/examples/minilm.yaml', ...DATA, 'acquisition.policy=batch-entropy'];

try {
  console.log(`processor: ${cpus()[0]?.model}`);
  console.log(`import: ${secondsOf('data', 'import', source, '--out', at('pairs')).toFixed(1)} s`);
  await writeAlpacaStore(source, at('pairs'), at('features'));
  const first = secondsOf('run', ...CONFIG, '--id', 'one', 'seed=1');
  console.log(
    `one run, 20 rounds of 40, 5 members, everything included: ${first.toFixed(1)} s (goal at most ${GOAL_SECONDS} s)`,
  );
  const one = secondsOf('sweep', ...CONFIG, '--id', 'single', '--jobs', '1', 'seed=2');
  const three = secondsOf('sweep', ...CONFIG, '--id', 'triple', '--jobs', '1', 'seed=3..5');
  console.log(
    `a sweep of one seed ${one.toFixed(1)} s, of three on one worker ${three.toFixed(1)} s: ${((three - one) / 2).toFixed(1)} s a further seed`,
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
