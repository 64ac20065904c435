import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FuzzWorld, makeFuzzWorld } from '../../test/support/fuzz/fuzz-world.ts';
import type { Attack, AttackSource } from './attack.ts';
import { refusedBy } from './refused-by.ts';

/** Puts something that is no file where a file belongs. */
const KINDS: Readonly<Record<string, { readonly put: (path: string) => void; readonly words: string }>> = {
  'a FIFO': {
    put: (path) => void execFileSync('mkfifo', ['-m', '600', path]),
    words: 'a FIFO|symbolic link|regular file|not a file',
  },
  'a link to a FIFO': {
    put: (path) => {
      execFileSync('mkfifo', [join(dirname(path), 'the-fifo')]);
      symlinkSync('the-fifo', path);
    },
    words: 'a FIFO|symbolic link|not a file',
  },
  'a link to /dev/zero': {
    put: (path) => symlinkSync('/dev/zero', path),
    words: 'a device|symbolic link|not a file|no such file',
  },
  'a directory': { put: (path) => mkdirSync(path, { mode: 0o700 }), words: 'directory|regular file|not a file' },
  'a circle of links': {
    put: (path) => symlinkSync(path, path),
    words: 'circle|symbolic link|no such|not a run directory|ELOOP',
  },
};

/** A file that a command reads: where it is put, and the command line. */
interface Reader {
  readonly name: string;
  readonly status: number | readonly number[];
  readonly layOut: (folder: string, world: FuzzWorld) => { readonly path: string; readonly args: readonly string[] };
  /** Kinds that are no fault here, as a directory of files to import. */
  readonly but?: readonly string[];
}

const named = (
  name: string,
  file: string,
  status: number,
  args: (path: string, world: FuzzWorld) => readonly string[],
  but?: readonly string[],
): Reader => ({
  name,
  status: [status, 3],
  layOut: (folder, world) => ({ path: join(folder, file), args: args(join(folder, file), world) }),
  ...(but === undefined ? {} : { but }),
});

/** A file within a copy of a folder. */
const within = (
  of: 'dataset' | 'store' | 'run',
  file: string,
  status: number | readonly number[],
  args: (path: string, world: FuzzWorld) => readonly string[],
): Reader => ({
  name: `${file} of a ${of}, ${args('', {} as FuzzWorld)
    .slice(0, 2)
    .join(' ')}`,
  status,
  layOut: (folder, world) => {
    const copy = join(folder, of);
    cpSync(world[of], copy, { recursive: true });
    rmSync(join(copy, file));
    return { path: join(copy, file), args: args(copy, world) };
  },
});

const acquire = (option: string, file: string): Reader =>
  named(`acquire ${option} ${file}`, file, 4, (path, { embeddings }) => [
    'acquire',
    '--policy',
    'random',
    '--batch',
    '1',
    ...(option === '--prompts' ? [] : ['--prompts', embeddings]),
    option,
    path,
  ]);

const READERS: readonly Reader[] = [
  named('config check', 'x.yaml', 2, (path) => ['config', 'check', '-c', path]),
  named('run', 'x.yaml', 2, (path) => ['run', '-c', path]),
  named('sweep', 'x.yaml', 2, (path) => ['sweep', '-c', path, '--dry-run']),
  named('data synth', 'x.yaml', 2, (path) => ['data', 'synth', '-c', path, '--out', `${path}.out`]),
  named('features extract --template', 'x.yaml', 2, (path, { dataset }) => [
    'features',
    'extract',
    dataset,
    '--model',
    './none',
    '--template',
    path,
    '--out',
    `${path}.out`,
  ]),
  ...['x.jsonl', 'x.json', 'x.parquet', 'x.jsonl.gz'].map((file) =>
    named(
      `data import ${file}`,
      file,
      4,
      (path) => ['data', 'import', path, '--split', 'train', '--out', `${path}.out`],
      ['a directory'],
    ),
  ),
  named('data import --file', 'x.jsonl', 4, (path) => [
    'data',
    'import',
    '--file',
    `train=${path}`,
    '--out',
    `${path}.out`,
  ]),
  {
    name: 'data import of a directory',
    status: 4,
    layOut: (folder) => {
      mkdirSync(join(folder, 'source'));
      return {
        path: join(folder, 'source/train.jsonl'),
        args: ['data', 'import', join(folder, 'source'), '--out', join(folder, 'out')],
      };
    },
  },
  ...['--prompts', '--scores'].flatMap((option) => ['x.npy', 'x.safetensors'].map((file) => acquire(option, file))),
  ...['--acquired', '--order', '--groups'].map((option) => acquire(option, 'x.json')),
  named('worker start', 'private/x.json', 3, (path) => ['worker', 'start', '--connect', path]),
  named('run data.columns', 'x.jsonl', 4, (path, { config }) => [
    'run',
    '-c',
    config,
    `data.columns=[${path}]`,
    `output.dir=${path}.runs`,
  ]),
  named('run acquisition.groups', 'x.jsonl', 4, (path, { config }) => [
    'run',
    '-c',
    config,
    `acquisition.groups=${path}`,
    `output.dir=${path}.runs`,
  ]),
  named('run posterior.module', 'x.py', 2, (path, { config }) => [
    'run',
    '-c',
    config,
    'posterior.type=external',
    `posterior.module=${path}:Model`,
    `output.dir=${path}.runs`,
  ]),
  ...['manifest.json', 'items.jsonl', 'labels.jsonl', 'prompts.jsonl', 'responses.jsonl'].map((file) =>
    within('dataset', file, 4, (path) => ['data', 'check', path]),
  ),
  ...['prompts.jsonl', 'responses.jsonl'].map((file) => within('dataset', file, 4, (path) => ['data', 'show', path])),
  ...['manifest.json', 'features.safetensors'].map((file) =>
    within('store', file, 4, (path) => ['features', 'show', path]),
  ),
  within('store', 'features.safetensors', 4, (path, world) => [
    'acquire',
    '--policy',
    'random',
    '--batch',
    '1',
    '--prompts',
    join(path, 'features.safetensors:prompts'),
    ...(world.root === undefined ? [] : ['--seed', '1']),
  ]),
  within('run', 'events.jsonl', [2, 4], (path) => ['runs', 'digest', path]),
  ...['run.json', 'config.resolved.yaml', 'events.jsonl'].flatMap((file) =>
    [['runs', 'show'], ['compare']].map((words) => within('run', file, [2, 4], (path) => [...words, path])),
  ),
];

const attackOn = (reader: Reader, kind: string, world: () => Promise<FuzzWorld>): Attack => ({
  name: `${reader.name} is ${kind}`,
  run: async (folder) => {
    mkdirSync(join(folder, 'private'), { mode: 0o700 });
    const { path, args } = reader.layOut(folder, await world());
    const { put, words } = KINDS[kind] as (typeof KINDS)[string];
    put(path);
    return refusedBy(args, { status: reader.status, words: new RegExp(words) }, folder);
  },
});

/** Pipes, devices, directories and circles of links where a file belongs: each is named, and none is waited for. */
export const oddFiles: AttackSource = {
  name: 'odd files',
  attacks: async () => {
    let made: Promise<FuzzWorld> | undefined;
    const world = (): Promise<FuzzWorld> => (made ??= makeWorld());
    return READERS.flatMap((reader) =>
      Object.keys(KINDS)
        .filter((kind) => !reader.but?.includes(kind))
        .map((kind) => attackOn(reader, kind, world)),
    );
  },
};

/** Gone when the campaign ends. */
function makeWorld(): Promise<FuzzWorld> {
  const root = execFileSync('mktemp', ['-d', '-t', 'balpm-odd-XXXXXX'], { encoding: 'utf8' }).trim();
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, 'no-python'), '');
  return makeFuzzWorld(root);
}
