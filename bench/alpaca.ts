/**
 * One run on alpaca-pairs with its MiniLM features (20 rounds of 40, 5 members), and two seeds in one sweep on one
 * worker: the second pays no start-up. `npx tsx bench/alpaca.ts [../shared/data/alpaca-pairs]` after `npm run build`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDataset } from '../src/data/dataset.ts';
import { readSafetensors } from '../src/features/safetensors.ts';
import { writeStore } from '../src/features/store.ts';

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

/** IEEE half precision, little-endian, as float32. */
function widen(bytes: Uint8Array): Float32Array {
  const halves = new Uint16Array(bytes.slice().buffer);
  return Float32Array.from(halves, (half) => {
    const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
    const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    return half & 0x8000 ? -size : size;
  });
}

/** The features that come with the data, as a store of the imported dataset. */
async function writeSharedFeatures(): Promise<void> {
  const tensors = await readSafetensors(join(source, 'minilm.safetensors'));
  const { manifest } = await readDataset(at('pairs'));
  const matrix = (name: string) => ({
    values: widen(tensors.get(name)!.bytes),
    dimension: tensors.get(name)!.shape[1]!,
  });
  const rows = (name: string): Int32Array => new Int32Array(tensors.get(name)!.bytes.slice().buffer);
  await writeStore(at('features'), {
    dataset: manifest,
    source: { type: 'shared', model: 'all-MiniLM-L6-v2' },
    prompts: matrix('prompts'),
    responses: matrix('responses'),
    splits: new Map(manifest.splits.map(({ name }) => [name, rows(name)])),
  });
}

const DATA = [`data.dataset=${at('pairs')}`, `data.store=${at('features')}`, `output.dir=${at('runs')}`];
const CONFIG = ['-c', 'configs/examples/minilm.yaml', ...DATA, 'acquisition.policy=batch-entropy'];

try {
  console.log(`processor: ${cpus()[0]?.model}`);
  console.log(`import: ${secondsOf('data', 'import', source, '--out', at('pairs')).toFixed(1)} s`);
  await writeSharedFeatures();
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
