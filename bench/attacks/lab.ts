import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { readDataset } from '../../src/data/dataset.ts';
import { resolvePython } from '../../src/worker/links/local/interpreter.ts';
import { makeFeatures, writeFeatures } from '../../test/features/import/feature-columns.ts';
import { balpm, ROOT } from '../../test/support/balpm.ts';
import { writeTinyConfig } from '../../test/support/tiny-config.ts';
import { writeRandomStore } from '../../test/support/tiny-stores.ts';

/** A command that writes, with inputs that never change; all it writes lies below one folder. */
export interface WritingCommand {
  readonly name: string;
  /** Arguments that make it write below `folder`. */
  readonly args: (folder: string) => readonly string[];
  /** What it writes, relative to the folder. */
  readonly made: readonly string[];
  /** How two results are known to be equal: by every byte, by the names of their files, or by the digest of a run. */
  readonly sameBy: 'bytes' | 'names' | 'digest';
  /** Whether it takes a model and so long that fewer instants are tried. */
  readonly isSlow?: boolean;
  /** Names beside the result from which it goes on after a stop. */
  readonly resumes?: RegExp;
}

const PAGE = 4096;

/** Inputs for every command, and the commands. */
export interface Lab {
  /** Where the inputs lie: `dataset`, `model`, `broken` (a model that gives NaN in float16), `published`. */
  readonly inputs: string;
  readonly commands: readonly WritingCommand[];
}

let lab: Promise<Lab> | undefined;

/** Makes the inputs once for all attacks of a process; they go with it. */
export function openLab(): Promise<Lab> {
  lab ??= makeLab();
  return lab;
}

async function makeLab(): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'balpm-lab-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await makeInputs(folder);
  return { inputs: folder, commands: commandsOn(folder) };
}

/** Weights of the first layer's norm become so large that float16 has no number for what follows. */
const ENLARGE = `
import sys
from pathlib import Path
from safetensors.torch import load_file, save_file
file = Path(sys.argv[1], 'model.safetensors')
weights = load_file(file)
save_file({name: value * 1e5 if name.endswith('norm.weight') else value for name, value in weights.items()}, file, {'format': 'pt'})
`;

async function makeInputs(folder: string): Promise<void> {
  const rows = Array.from({ length: 160 }, (_, index) => ({
    prompt: `what is number ${Math.floor(index / 3)} of these ${'many '.repeat(index % 7)}questions`,
    response_a: `it is ${index}`,
    response_b: `answer ${index % 11} of them`,
    preferred: index % 3 === 0 ? 'b' : 'a',
    split: index % 4 === 0 ? 'validation' : 'train',
  }));
  writeFileSync(join(folder, 'pairs.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await succeed(['data', 'import', join(folder, 'pairs.jsonl'), '--out', join(folder, 'dataset')]);
  execFileSync(resolvePython(), [join(ROOT, 'test/features/save-tiny-llama.py'), join(folder, 'model')], {
    stdio: 'ignore',
  });
  cpSync(join(folder, 'model'), join(folder, 'broken'), { recursive: true });
  execFileSync(resolvePython(), ['-c', ENLARGE, join(folder, 'broken')]);
  await writeRandomStore(join(folder, 'store'), await readDataset(join(folder, 'dataset')), 300);
  for (const [part, columns] of [
    ['pairs', 200],
    ['prompts', 100],
  ] as const)
    writeFeatures(join(folder, 'published', part, 'train.csv'), makeFeatures(part, 200, columns));
  writeTinyConfig(folder);
  for (const [seed, policy] of [
    ['1', 'random'],
    ['1', 'entropy-only'],
    ['2', 'random'],
    ['2', 'entropy-only'],
  ])
    await succeed([
      'run',
      '-c',
      join(folder, 'tiny.yaml'),
      `seed=${seed}`,
      `acquisition.policy=${policy}`,
      '--id',
      `${policy}-${seed}`,
    ]);
}

async function succeed(args: readonly string[]): Promise<void> {
  const { status, stderr } = await balpm(args);
  if (status !== 0) throw new Error(`balpm ${args.join(' ')}: ${stderr}`);
}

function commandsOn(inputs: string): WritingCommand[] {
  const from = (name: string): string => join(inputs, name);
  const worker = ['--threads', '1', '--device', 'cpu'];
  const small = [...worker, '--part-tokens', '400', '--token-budget', '128', '--no-quality'];
  const exported =
    (layout: string, more: readonly string[] = []) =>
    (folder: string) => [
      'features',
      'export',
      from('store'),
      '--dataset',
      from('dataset'),
      '--to',
      layout,
      '--out',
      join(folder, 'o'),
      ...more,
    ];
  return [
    {
      name: 'run',
      args: (folder) => [
        'run',
        '-c',
        from('tiny.yaml'),
        '--id',
        'r',
        '--or-resume',
        `output.dir=${join(folder, 'runs')}`,
      ],
      made: ['runs/r'],
      sameBy: 'digest',
    },
    {
      name: 'data import',
      args: (folder) => ['data', 'import', from('pairs.jsonl'), '--out', join(folder, 'o')],
      made: ['o'],
      sameBy: 'bytes',
    },
    {
      name: 'data synth',
      args: (folder) => ['data', 'synth', '-c', from('tiny.yaml'), '--out', join(folder, 'o')],
      made: ['o'],
      sameBy: 'bytes',
    },
    {
      name: 'features extract',
      isSlow: true,
      args: (folder) => [
        'features',
        'extract',
        from('dataset'),
        '--model',
        from('model'),
        '--out',
        join(folder, 'o'),
        ...small,
      ],
      made: ['o'],
      sameBy: 'bytes',
      resumes: /^\.o\.extract$/,
    },
    {
      name: 'features extract, kinds',
      isSlow: true,
      args: (folder) => [
        'features',
        'extract',
        from('dataset'),
        '--model',
        from('model'),
        '--out',
        join(folder, 'o'),
        ...small,
        '--pooling',
        'last-token,mean',
        '--uncertainty',
        join(folder, 'c.jsonl'),
      ],
      made: ['o', 'c.jsonl'],
      sameBy: 'bytes',
      resumes: /^\.o\.extract$/,
    },
    {
      name: 'features uncertainty',
      isSlow: true,
      args: (folder) => [
        'features',
        'uncertainty',
        from('dataset'),
        '--model',
        from('model'),
        '--out',
        join(folder, 'c.jsonl'),
        ...worker,
      ],
      made: ['c.jsonl'],
      sameBy: 'bytes',
    },
    {
      name: 'features import',
      args: (folder) => [
        'features',
        'import',
        from('published/pairs'),
        '--prompts',
        from('published/prompts'),
        '--out',
        join(folder, 'o'),
      ],
      made: ['o'],
      sameBy: 'bytes',
      resumes: /^\.o\.import$/,
    },
    { name: 'features export, huggingface', args: exported('huggingface'), made: ['o'], sameBy: 'bytes' },
    {
      name: 'features export, reference CSV',
      args: exported('reference', ['--format', 'csv']),
      made: ['o'],
      sameBy: 'bytes',
    },
    { name: 'features export, reference Parquet', args: exported('reference'), made: ['o'], sameBy: 'bytes' },
    { name: 'features export, npy', args: exported('npy'), made: ['o'], sameBy: 'bytes' },
    {
      name: 'features cut',
      isSlow: true,
      args: (folder) => ['features', 'cut', from('dataset'), '--model', from('model'), '--out', join(folder, 'o')],
      made: ['o'],
      sameBy: 'bytes',
    },
    {
      name: 'features quality',
      args: (folder) => [
        'features',
        'quality',
        from('store'),
        '--dataset',
        from('dataset'),
        '--out',
        join(folder, 'q.html'),
      ],
      made: ['q.html', 'q.json'],
      sameBy: 'bytes',
    },
    {
      name: 'report',
      args: (folder) => ['report', from('runs'), '--out', join(folder, 'o')],
      made: ['o'],
      sameBy: 'bytes',
    },
    {
      name: 'report as PDF',
      isSlow: true,
      args: (folder) => ['report', from('runs'), '--format', 'pdf', '--out', join(folder, 'o')],
      made: ['o'],
      sameBy: 'names',
    },
    {
      name: 'runs export',
      args: (folder) => ['runs', 'export', from('runs/random-1'), '--out', join(folder, 'o.jsonl')],
      made: ['o.jsonl'],
      sameBy: 'bytes',
    },
    {
      name: 'recipe cp',
      args: (folder) => ['recipe', 'cp', 'quickstart', join(folder, 'o.yaml')],
      made: ['o.yaml'],
      sameBy: 'bytes',
    },
  ];
}

/** Where a command works in one attack: its output and the places for temporary files, all its own. */
export interface Bench {
  readonly out: string;
  readonly temporary: string;
  readonly runtime: string;
}

/** Makes the places of an attack in its fresh folder; `out` may be somewhere else. */
export function openBench(folder: string, places: Partial<Bench> = {}): Bench {
  const bench = { out: join(folder, 'out'), temporary: join(folder, 't'), runtime: join(folder, 'x'), ...places };
  for (const path of Object.values(bench)) mkdirSync(path, { recursive: true });
  return bench;
}

/** Starts the built command line with the places of an attack. */
export const start = ({ args }: Pick<WritingCommand, 'args'>, { out, temporary, runtime }: Bench) =>
  execa(process.execPath, [join(ROOT, 'dist/main.js'), ...args(out)], {
    reject: false,
    forceKillAfterDelay: false,
    stdin: 'ignore',
    env: { NO_COLOR: '1', BALPM_PYTHON: resolvePython(), TMPDIR: temporary, XDG_RUNTIME_DIR: runtime },
  });

/** What a command gives that nothing disturbs, how long that takes, and the bytes of its files in whole pages. */
export interface Undisturbed {
  readonly result: string;
  readonly wallMs: number;
  readonly bytes: number;
}

const known = new Map<string, Promise<Undisturbed>>();

/** Runs a command once undisturbed, for all attacks on it. */
export function undisturbed(command: WritingCommand): Promise<Undisturbed> {
  const found = known.get(command.name) ?? runUndisturbed(command);
  known.set(command.name, found);
  return found;
}

async function runUndisturbed(command: WritingCommand): Promise<Undisturbed> {
  const folder = mkdtempSync(join(tmpdir(), 'balpm-lab-'));
  try {
    const bench = openBench(folder);
    const begun = performance.now();
    const { exitCode, stderr } = await start(command, bench);
    const wallMs = performance.now() - begun;
    const result = resultOf(command, bench);
    if (exitCode !== 0 || result === undefined) throw new Error(`${command.name} does not work: ${stderr}`);
    const pages = filesBelow(bench.out).reduce((sum, file) => sum + Math.ceil(statSync(file).size / PAGE), 0);
    return { result, wallMs, bytes: pages * PAGE };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What should not be there when no process works: hidden names but for `resumes`, torn files, temporary directories. */
export function leftBehind({ out, temporary, runtime }: Bench, resumes = /^$/): string[] {
  const beside = namesIn(out).filter((name) => name.startsWith('.') && !resumes.test(name));
  const torn = namesBelow(out).filter(isTorn);
  return [...beside, ...torn, ...[temporary, runtime].flatMap(namesIn).filter(isOurs)];
}

const isTorn = (name: string): boolean => /\.(?:tmp|partial)$|(?:^|\/)LOCK/.test(name);
const isOurs = (name: string): boolean => name.startsWith('balpm-');

function namesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

const namesBelow = (directory: string): string[] =>
  existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [];

/** What a command made, as one text. Undefined when something is missing. */
export function resultOf({ made, sameBy }: WritingCommand, { out }: Bench): string | undefined {
  if (sameBy === 'digest') return digestOf(join(out, made[0] as string));
  const hash = createHash('sha256');
  for (const name of made) {
    const path = join(out, name);
    if (!existsSync(path)) return undefined;
    for (const file of filesBelow(path)) {
      hash.update(relative(out, file));
      if (sameBy === 'bytes') hash.update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

/** The digest of a run; undefined of one that has no events yet. */
function digestOf(run: string): string | undefined {
  const args = [join(ROOT, 'dist/main.js'), 'runs', 'digest', run];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

function filesBelow(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .toSorted();
}
