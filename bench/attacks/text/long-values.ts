import { join } from 'node:path';
import { pairRow, writeRows } from '../../../test/data/fixtures.ts';
import { balpm } from '../../../test/support/balpm.ts';
import type { Attack, AttackSource } from '../attack.ts';

const MOST_CHARACTERS = 20_000;

/** A mebibyte of each. */
const VALUES: Readonly<Record<string, string>> = {
  'one word': 'a'.repeat(1 << 20),
  'many words': 'ab '.repeat((1 << 20) / 3),
  'words and quotes': `it's "so" `.repeat(1 << 17),
  lines: 'line\n'.repeat(1 << 18),
  emoji: '😀'.repeat(1 << 19),
  'characters that are escaped': '\u202e\u001b'.repeat(1 << 19),
};

/** Where the value stands, and the status of the import. */
const PLACES: Readonly<Record<string, { readonly row: (value: string) => object; readonly status: number }>> = {
  'a prompt, answers and an id': {
    status: 0,
    row: (value) => ({ id: value, prompt: value, response_a: `${value}a`, response_b: `${value}b` }),
  },
  'a split': { status: 4, row: (split) => ({ split }) },
  'an id that stands twice': { status: 4, row: (id) => ({ id }) },
  'the id of a row without an answer': { status: 4, row: (id) => ({ id, response_a: null }) },
  'a label': { status: 4, row: (preferred) => ({ preferred }) },
};

async function attackWith(folder: string, place: string, value: string): Promise<string | undefined> {
  const { row, status } = PLACES[place] as (typeof PLACES)[string];
  const rows = [pairRow('first', { split: 'train' }), { ...pairRow('x', { split: 'train' }), ...row(value) }];
  writeRows(join(folder, 'p.jsonl'), place.endsWith('twice') ? [...rows, ...rows.slice(1)] : rows);
  const called = await balpm(['data', 'import', 'p.jsonl', '--out', 'd'], { cwd: folder });
  if (called.status !== status) return `it ended with ${called.status}: ${called.stderr.slice(0, 500)}`;
  const shown = status === 0 ? await balpm(['data', 'show', 'd'], { cwd: folder }) : called;
  for (const { stdout, stderr } of [called, shown]) {
    const length = stdout.length + stderr.length;
    if (length > MOST_CHARACTERS) return `${length} characters were printed`;
  }
  return status === 0 || /[;,] [^;,]+$/.test(called.stderr) ? undefined : 'what to do was cut away';
}

/** Values of a mebibyte in what is shown and in what is refused. */
export const longValues: AttackSource = {
  name: 'long values',
  attacks: async () =>
    Object.keys(PLACES).flatMap((place) =>
      Object.entries(VALUES).map(
        ([kind, value]): Attack => ({
          name: `${kind} as ${place}`,
          run: (folder) => attackWith(folder, place, value),
        }),
      ),
    ),
};
