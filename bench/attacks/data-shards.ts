import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack, AttackSource } from './attack.ts';
import { attemptImport, type Expected } from './attempt-import.ts';
import { fieldsOf, writeRecords } from './pair-files.ts';

const ENDINGS = ['jsonl', 'jsonl.gz', 'parquet'] as const;
const WIDTHS = [1, 3, 5, 6];

interface Set {
  readonly what: string;
  /** Names without ending; a name with a dot has its own. */
  readonly names: readonly string[];
  readonly expected: Expected;
}

const named = (prefix: string, index: number, total: number, width: number): string =>
  `${prefix}-${String(index).padStart(width, '0')}-of-${String(total).padStart(width, '0')}`;

/** What can become of a set of three shards on its way. */
function setsOf(width: number): Set[] {
  const shard = (index: number, total = 3, prefix = 'train'): string => named(prefix, index, total, width);
  const whole = [0, 1, 2].map((index) => shard(index));
  return [
    { what: 'whole', names: whole, expected: { ids: ['0', '1', '2'] } },
    { what: 'whole, written backwards', names: whole.toReversed(), expected: { ids: ['2', '1', '0'] } },
    { what: 'without the first', names: [shard(1), shard(2)], expected: { says: ['missing', shard(0)] } },
    { what: 'without the second', names: [shard(0), shard(2)], expected: { says: ['missing', shard(1)] } },
    { what: 'without the last', names: [shard(0), shard(1)], expected: { says: ['missing', shard(2)] } },
    { what: 'of two totals', names: [shard(0, 2), shard(1, 2), shard(2)], expected: { says: ['different sets'] } },
    { what: 'beside a set of one', names: [shard(0, 1), ...whole], expected: { says: ['different sets'] } },
    { what: 'beside the whole split', names: ['train', ...whole], expected: { says: ["'train.", 'is beside'] } },
    { what: 'numbered from 1', names: [shard(1), shard(2), shard(3)], expected: { ids: ['0', '1', '2'] } },
    { what: 'numbered from 1, one is missing', names: [shard(1), shard(3)], expected: { says: ['missing', shard(2)] } },
    { what: 'with one too many', names: [...whole, shard(3)], expected: { says: ['beyond its set', shard(3)] } },
    {
      what: 'whole, and another split that is not',
      names: [...whole, shard(0, 2, 'test')],
      expected: { says: [shard(1, 2, 'test')] },
    },
  ];
}

const TWINS: readonly Set[] = [
  ['train-00000-of-00001.jsonl', 'train-00000-of-00001.jsonl.gz'],
  ['train-00000-of-00001.jsonl', 'train-00000-of-00001.parquet'],
  ['train-00000-of-00001-0a1b.jsonl', 'train-00000-of-00001-ffff.jsonl'],
  ['train-0-of-2.jsonl', 'train-00-of-02.jsonl', 'train-1-of-2.jsonl'],
].map((names) => ({ what: `of ${names.join(' and ')}`, names, expected: { says: ['are the same shard'] } }));

async function importSet(
  folder: string,
  ending: string,
  { names, expected }: Set,
  isNamed: boolean,
): Promise<string | undefined> {
  const source = join(folder, 'source');
  mkdirSync(source);
  const paths = names.map((name) => join(source, /\.(jsonl|parquet)/.test(name) ? name : `${name}.${ending}`));
  paths.forEach((path, index) => writeRecords(path, [fieldsOf(String(index))]));
  const files = paths.flatMap((path) => ['--file', `${path.includes('/test') ? 'test' : 'train'}=${path}`]);
  const given = isNamed && 'ids' in expected ? { ids: names.map((_, index) => String(index)) } : expected;
  return attemptImport(folder, isNamed ? files : [source], given);
}

const inEachWay = (ending: string, set: Set, name: string): Attack[] =>
  [false, true].map((isNamed) => ({
    name: `${name}, ${isNamed ? 'named by --file' : 'in a directory'}`,
    run: (folder) => importSet(folder, ending, set, isNamed),
  }));

/** A shard that is named by itself is a part of a split, whatever is beside it. */
const ALONE: readonly Attack[] = ENDINGS.flatMap((ending) =>
  [2, 3, 17].map((total) => ({
    name: `shard 1 of ${total} by itself, ${ending}`,
    run: async (folder) => {
      const paths = Array.from({ length: total }, (_, index) =>
        join(folder, `${named('t', index, total, 5)}.${ending}`),
      );
      paths.forEach((path, index) => writeRecords(path, [fieldsOf(String(index))]));
      const says = [named('t', 0, total, 5), 'rename a file that is not a shard'];
      return attemptImport(folder, [paths[1] as string, '--split', 'train'], { says });
    },
  })),
);

/** Sets of shards that lost or gained files on their way. */
export const dataShards: AttackSource = {
  name: 'data shards',
  attacks: async () => [
    ...WIDTHS.flatMap((width) =>
      setsOf(width).flatMap((set, index) => {
        const ending = ENDINGS[(index + width) % ENDINGS.length] as string;
        return inEachWay(ending, set, `a set ${set.what}, ${width} digits, ${ending}`);
      }),
    ),
    ...TWINS.flatMap((set) => inEachWay('jsonl', set, `a set ${set.what}`)),
    ...ALONE,
  ],
};
