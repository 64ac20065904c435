import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { hashOf, sha256 } from '../../../src/base/text/canonical-json.ts';
import { datasetHash } from '../../../src/data/dataset-hash.ts';
import { sealLine, unsealLine } from '../../../src/ledger/seal.ts';
import { type Damage, damagedBytes, damagedJson, damagedTensors } from './damage.ts';
import type { FuzzWorld } from './fuzz-world.ts';

/** A file to be damaged within a copy of its folder, and which of the commands that read it is tried. */
export interface DamagedInput {
  readonly input: Input;
  readonly damage: Damage;
  /** Whether the hashes that name the file are made to fit it. */
  readonly isSigned: boolean;
  readonly read: number;
}

type Reads = (path: string) => readonly string[][];
type Sign = (folder: string, file: string) => void;

/** A file that commands read. */
interface Input {
  /** The folder that is copied, or the file alone. */
  readonly from: string;
  readonly file: string;
  readonly damage: fc.Arbitrary<Damage>;
  readonly reads: Reads;
  readonly sign?: Sign;
}

/** Every file that a command reads without a worker. */
function inputsOf(world: FuzzWorld): readonly Input[] {
  const { dataset, store, run, config, template } = world;
  const out = (path: string): string => `${path}.out`;
  const ofDataset: Reads = (path) => [
    ['data', 'check', path],
    ['data', 'show', path, '-n', '2'],
    [
      'run',
      '-c',
      config,
      'data.type=directory',
      '~data.world',
      `data.dataset=${path}`,
      `data.store=${store}`,
      `output.dir=${out(path)}`,
    ],
    ['features', 'cut', path, '--out', out(path), '--store', store],
  ];
  const ofStore: Reads = (path) => [
    ['features', 'show', path],
    ['features', 'quality', path, '--dataset', dataset, '--out', `${out(path)}.html`],
    [
      'run',
      '-c',
      config,
      'data.type=directory',
      '~data.world',
      `data.dataset=${dataset}`,
      `data.store=${path}`,
      `output.dir=${out(path)}`,
    ],
    ['acquire', '--policy', 'k-center', '--batch', '2', '--prompts', join(path, 'features.safetensors:prompts')],
  ];
  const ofRun: Reads = (path) => [
    ['runs', 'ls', dirname(path)],
    ['runs', 'show', path],
    ['runs', 'digest', path],
    ['runs', 'export', path, '--out', out(path)],
    ['runs', 'explain', path],
    ['compare', path],
    ['report', path, '--out', out(path)],
    ['resume', path],
  ];
  const alone = (from: string, damage: fc.Arbitrary<Damage>, reads: Reads): Input => ({
    from,
    file: '',
    damage,
    reads,
  });
  const acquire = (option: string, path: string): string[] => [
    'acquire',
    '--policy',
    'random',
    '--batch',
    '1',
    '--prompts',
    world.embeddings,
    option,
    path,
  ];
  return [
    { from: dataset, file: 'manifest.json', damage: damagedJson(false), reads: ofDataset },
    ...['items', 'prompts', 'responses', 'labels'].map((name) => ({
      from: dataset,
      file: `${name}.jsonl`,
      damage: damagedJson(true),
      reads: ofDataset,
      sign: signDataset,
    })),
    { from: store, file: 'manifest.json', damage: damagedJson(false), reads: ofStore },
    { from: store, file: 'features.safetensors', damage: damagedTensors, reads: ofStore, sign: signStore },
    { from: run, file: 'run.json', damage: damagedJson(false), reads: ofRun },
    { from: run, file: 'events.jsonl', damage: damagedJson(true), reads: ofRun, sign: sealEvents },
    { from: run, file: 'config.resolved.yaml', damage: damagedBytes, reads: ofRun, sign: signRun },
    alone(config, damagedBytes, (path) => [
      ['config', 'check', '-c', path],
      ['config', 'show', '-c', path],
      ['sweep', '-c', path, '--dry-run', 'seed=1,2'],
      ['run', '-c', path, `output.dir=${out(path)}`],
    ]),
    alone(template, damagedBytes, (path) => [
      ['features', 'extract', dataset, '--model', 'none/none', '--template', path, '--out', out(path)],
    ]),
    alone(world.source, damagedJson(true), (path) => [
      ['data', 'import', path, '--split', 'train', '--out', out(path)],
    ]),
    alone(world.list, damagedJson(false), (path) =>
      ['--acquired', '--order', '--groups'].map((option) => acquire(option, path)),
    ),
    alone(world.embeddings, damagedBytes, (path) => [
      acquire('--scores', path),
      ['acquire', '--policy', 'k-center', '--batch', '2', '--prompts', path],
    ]),
    alone(world.connection, damagedJson(false), (path) => [['worker', 'start', '--connect', path]]),
    alone(world.columns, damagedJson(true), (path) => [
      ['run', '-c', config, `data.columns=[${path}]`, `output.dir=${out(path)}`],
      ['run', '-c', config, `acquisition.groups=${path}`, `output.dir=${out(path)}`],
    ]),
  ];
}

/** Any of them with any damage. */
export const damagedInput = (world: FuzzWorld): fc.Arbitrary<DamagedInput> =>
  fc
    .constantFrom(...inputsOf(world))
    .chain((input) =>
      fc.record({ input: fc.constant(input), damage: input.damage, isSigned: fc.boolean(), read: fc.nat() }),
    );

/** Writes it into a new folder; the command line that reads it. */
export function layOutDamage({ input, damage, isSigned, read }: DamagedInput, folder: string): readonly string[] {
  const copy = join(folder, basename(input.from));
  mkdirSync(folder, { mode: 0o700 });
  cpSync(input.from, copy, { recursive: true });
  const file = join(copy, input.file);
  writeFileSync(file, withinPlace(readFileSync(file), damage, dirname(input.from)));
  if (isSigned) input.sign?.(copy, input.file);
  const reads = input.reads(copy);
  return reads[read % reads.length] as string[];
}

/** Damage that changes a path to the place of all inputs is not done: what is written must stay below it. */
function withinPlace(content: Buffer, damage: Damage, place: string): ReturnType<Damage> {
  const damaged = damage(content);
  const count = (bytes: Uint8Array): number => Buffer.from(bytes).toString('latin1').split(`${place}/`).length;
  return count(Buffer.from(damaged)) < count(content) ? content : damaged;
}

const readJson = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

function signDataset(folder: string, file: string): void {
  const path = join(folder, 'manifest.json');
  const manifest = readJson(path);
  const content = readFileSync(join(folder, file));
  const files = { ...(manifest['files'] as object), [file]: { sha256: sha256(content), bytes: content.length } };
  const hash = datasetHash(files as Parameters<typeof datasetHash>[0]);
  const labels = file === 'labels.jsonl' ? { labelsHash: sha256(content) } : {};
  writeFileSync(path, JSON.stringify({ ...manifest, ...labels, hash, files }));
}

function signStore(folder: string, file: string): void {
  const path = join(folder, 'manifest.json');
  const { features, dataset, source, ...rest } = readJson(path);
  const content = readFileSync(join(folder, file));
  const digest = sha256(content);
  const id = hashOf({ dataset: (dataset as { hash: string }).hash, features: digest, source });
  const signed = {
    ...rest,
    id,
    dataset,
    source,
    features: { ...(features as object), sha256: digest, bytes: content.length },
  };
  writeFileSync(path, JSON.stringify(signed));
}

function sealEvents(folder: string, file: string): void {
  const path = join(folder, file);
  const lines = readFileSync(path, 'utf8').split('\n');
  const sealed = lines.map((line) =>
    line.endsWith('}') && unsealLine(line) === undefined
      ? sealLine(line.replace(/,"check":"[0-9a-f]{16}"\}$/, '}'))
      : line,
  );
  writeFileSync(path, sealed.join('\n'));
}

function signRun(folder: string): void {
  const path = join(folder, 'run.json');
  writeFileSync(path, JSON.stringify({ ...readJson(path), configHash: 'unknown' }));
}
