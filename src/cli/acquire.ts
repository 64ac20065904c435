import { type Command, Option } from 'commander';
import { findPolicy } from '../acquisition/index.ts';
import { usageError } from '../base/errors.ts';
import { type PlainObject } from '../base/yaml/plain.ts';
import { applyOverride, parseOverride } from '../config/override.ts';
import { withOwnWorker } from '../features/own-worker.ts';
import { type AcquiredPick, type AcquireOptions, acquire } from '../standalone/acquire.ts';
import { readInputs } from '../standalone/read-inputs.ts';
import type { WorkerSettings } from '../standalone/with-neighbours.ts';
import { resolvePython } from '../worker/links/local/interpreter.ts';
import { MOST_THREADS } from '../worker/most-threads.ts';
import type { CommandIo } from './command.ts';
import { requireOptions } from './options/require-options.ts';
import { wholeNumber } from './options/whole-number.ts';
import { withExamples } from './options/with-examples.ts';
import { renderTable } from './terminal/render-table.ts';

interface AcquireFlags {
  readonly policy: string;
  readonly prompts: string;
  readonly scores?: string;
  readonly logits?: string;
  readonly distances?: string;
  readonly noise?: 'distance';
  readonly exponent?: number;
  readonly acquired?: string;
  readonly order?: string;
  readonly groups?: string;
  readonly batch: number;
  readonly preset?: 'paper' | 'reference';
  readonly seed: number;
  readonly round: number;
  readonly worker?: boolean;
  readonly python?: string;
  readonly device: string;
  readonly threads: number;
  readonly json?: boolean;
}

/** `balpm acquire` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, [
    'balpm acquire --policy batch-entropy --prompts X.npy --scores U.npy --batch 320 --json',
    'balpm acquire --policy batch-entropy --prompts X.npy --scores U.npy --acquired acquired.json --batch 320 k=13 beta=0.01',
    'balpm acquire --policy top-k --prompts X.npy --logits Z.npy --noise distance --distances D.npy --exponent 0.5 --batch 32',
    'balpm acquire --policy random --prompts embeddings.safetensors:prompts --batch 8 --seed 17',
  ])
    .option('--policy <name>', 'how the batch is chosen (docs/explanation/acquisition.md)')
    .option(
      '--prompts <file>',
      'prompt embeddings, N × d float32 or float16: .npy, .safetensors, FILE.safetensors:NAME',
    )
    .option('--batch <n>', 'items to pick', wholeNumber(1))
    .hook('preAction', requireOptions('--policy <name>', '--prompts <file>', '--batch <n>'))
    .argument('[key=value...]', 'options of the policy')
    .option('--scores <file>', 'a score for every item, N float32 or float64, for policies that rank')
    .option('--logits <file>', 'in place of scores: logit differences of posterior samples, S × N float32')
    .addOption(new Option('--noise <name>', 'what the logits are scaled by first').choices(['distance']))
    .option('--distances <file>', 'for --noise: distance of the two answers of every item, N float32 or float64')
    .option('--exponent <g>', 'for --noise: power γ of the distance, in [0, 2]', Number)
    .option('--acquired <file>', 'items acquired earlier: a JSON array of indices (default: none)')
    .option('--order <file>', 'the pool, in the order that breaks ties: a JSON array (default: the others, ascending)')
    .option('--groups <file>', 'the group of every item, N texts or numbers: a JSON array (default: its prompt)')
    .addOption(new Option('--preset <name>', 'the same as preset=<name>').choices(['paper', 'reference']))
    .option('--seed <n>', 'seed of the policy’s random stream', wholeNumber(0), 1)
    .option('--round <n>', 'round, which names the stream too', wholeNumber(0), 1)
    .option('--worker', 'find neighbours in a Python worker (the default above 20,000 prompts of 1,024 features)')
    .option('--device <name>', 'of the worker: auto, cpu, cuda, cuda:1, …', 'auto')
    .option('--threads <n>', 'CPU threads of the worker', wholeNumber(1, MOST_THREADS), 1)
    .option('--python <path>', 'interpreter (default: BALPM_PYTHON, else that of balpm setup, else python3)')
    .option('--json', 'print one JSON document')
    .action((keys: string[], flags: AcquireFlags) => run(keys, flags, io));
}

async function run(keys: readonly string[], flags: AcquireFlags, io: CommandIo): Promise<void> {
  const options = { ...(await readRequest(keys, flags)), signal: io.signal, onNote: io.note };
  const picks = await (flags.worker ? acquireByWorker(options, flags, io) : acquire(options));
  if (flags.json) io.printDocument({ picks });
  else if (picks.length > 0) io.printLines(renderTable(picks.map(rowOf)));
}

/** The policy is looked up first: a wrong name is told before large files are read. */
async function readRequest(keys: readonly string[], flags: AcquireFlags): Promise<AcquireOptions> {
  const { policy, batch, seed, round } = flags;
  findPolicy(policy);
  const options = policyOptions(keys, flags.preset);
  const shared = { policy, options, batch, seed, round, workerSettings: workerSettings(flags), ...noiseOf(flags) };
  return { ...shared, ...(await readInputs(flags)) };
}

function noiseOf({ noise, exponent }: AcquireFlags): Pick<AcquireOptions, 'noise'> {
  if (noise === undefined && exponent === undefined) return {};
  if (noise === undefined) throw usageError('Cannot use --exponent: --noise is left out, --noise distance is needed');
  if (exponent === undefined) throw usageError('Cannot use --noise distance: --exponent is left out, it is needed');
  return { noise: { type: noise, exponent } };
}

function policyOptions(keys: readonly string[], preset: string | undefined): PlainObject {
  const given = keys.map(parseOverride).reduce<PlainObject>((tree, key) => applyOverride(tree, key), {});
  if (preset === undefined) return given;
  if ('preset' in given) throw usageError('Cannot use preset=…: --preset is given too, one of them is needed');
  return { preset, ...given };
}

const workerSettings = ({ python, device, threads }: AcquireFlags): WorkerSettings => ({
  ...(python === undefined ? {} : { python }),
  device,
  threads,
});

const acquireByWorker = (options: AcquireOptions, flags: AcquireFlags, io: CommandIo) =>
  withOwnWorker({ ...flags, python: resolvePython(flags.python), signal: io.signal }, (worker) =>
    acquire({ ...options, worker }),
  );

const rowOf = ({ index, score, terms, inclusionProbability }: AcquiredPick, position: number) => ({
  pick: position + 1,
  index,
  ...(score === null ? {} : { score: numberText(score) }),
  ...Object.fromEntries(Object.entries(terms).map(([name, value]) => [name, numberText(value)])),
  ...(inclusionProbability === null ? {} : { inclusion: numberText(inclusionProbability) }),
});

const numberText = (value: number): string => String(Number(value.toPrecision(6)));
