import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteFile } from 'hyparquet-writer';
import { readColumns } from '../../src/data/items/read-columns.ts';
import { readGroups } from '../../src/data/items/read-groups.ts';
import { createFileOracle } from '../../src/oracle/file-oracle.ts';
import type { Attack, AttackSource } from './attack.ts';
import { attemptImport, type Expected } from './attempt-import.ts';
import { fieldsOf, rawJson, TEXT_FORMATS, writeRecords } from './pair-files.ts';

/** Numbers that stand for their digits, and numbers that text would spell otherwise. */
const WHOLE = [
  '0',
  '7',
  '-12',
  '4294967296',
  '9007199254740991',
  '9007199254740993',
  '-9223372036854775808',
  '18446744073709551615',
];
const OTHERS = [
  '1.0',
  '1.5',
  '1e3',
  '1E+2',
  '-0',
  '0.0',
  '1e400',
  '9007199254740993.0',
  'NaN',
  'true',
  'null',
  '[1]',
  '{"a": 1}',
  '""',
  '" "',
];

function* inSources(): Generator<Attack> {
  for (const format of TEXT_FORMATS) {
    const attempt = (written: readonly string[], expected: Expected, ...flags: string[]): Attack['run'] => {
      const records = written.map((id, index) => fieldsOf(String(index), rawJson('id', id)));
      return async (folder) => {
        const path = join(folder, `source.${format}`);
        writeRecords(path, records);
        return attemptImport(folder, [path, '--split', 'train', ...flags], expected);
      };
    };
    for (const id of WHOLE) {
      yield { name: `id ${id}, ${format}`, run: attempt(['"x"', id], { ids: ['x', id] }) };
      yield {
        name: `id ${id} and the same text, ${format}`,
        run: attempt([id, `"${id}"`], { says: [`'${id}' as in`] }),
      };
    }
    for (const id of OTHERS) {
      yield { name: `id ${id}, ${format}`, run: attempt(['2', id], { says: ["2: field 'id'"] }) };
      const dropped = attempt(['2', id], { ids: ['2'] }, '--bad-rows', 'drop');
      yield { name: `id ${id} left out, ${format}`, run: dropped };
      yield {
        name: `id ${id} not asked for, ${format}`,
        run: attempt(['2', id], { ids: ['train-1', 'train-2'] }, '--no-id'),
      };
    }
  }
}

const SPLIT = { name: 'train', prompts: new Int32Array(2), a: new Int32Array(2), b: new Int32Array(2) };

/** A file about items that names them by numbers; `read` resolves with what it took the id for. */
function besides(what: string, ending: string, read: (path: string, id: string) => Promise<unknown>): Attack[] {
  const attempt = (id: string, isTaken: boolean): Attack => ({
    name: `id ${id} in ${what}`,
    run: async (folder) => {
      const path = join(folder, ending);
      writeFileSync(path, `\ufeff{"id": ${id}, ${what === 'answers' ? '"preferred": "a"' : '"group": 1'}}\n`);
      const found = await read(path, id).catch((error: Error) => error);
      if (isTaken) return found === true ? undefined : `not taken: ${String(found)}`;
      const isRefused = found instanceof Error && /^Cannot read .*line 1: /.test(found.message);
      return isRefused ? undefined : `not refused: ${String(found)}`;
    },
  });
  const texts = new Set(['""', '" "']);
  return [
    ...WHOLE.map((id) => attempt(id, true)),
    ...OTHERS.filter((id) => !texts.has(id)).map((id) => attempt(id, false)),
  ];
}

const inColumns = besides('columns', 'columns.jsonl', async (path, id) => {
  const columns = await readColumns([path], { ...SPLIT, ids: ['other', id] });
  return columns.get('group')?.values[1] === 1;
});
const inGroups = besides('groups', 'groups.jsonl', async (path, id) => {
  const { groupOf } = await readGroups(path, { ...SPLIT, ids: ['other', id] });
  return groupOf.get(id) === '1';
});
const readTexts = async (ids: readonly string[]) =>
  ids.map((item) => ({ id: item, prompt: 'p', response_a: 'a', response_b: 'b' }));
const inAnswers = besides('answers', 'round-001.answers.jsonl', async (path, id) => {
  const answer = await createFileOracle({ dir: join(path, '..'), readTexts }).answer({ round: 1, ids: [id] });
  if (answer.type === 'waiting') throw new Error(answer.problems[0] ?? 'it waits without a word');
  return answer.answers[0]?.preferred === 'a';
});

type Typed = readonly [
  type: string,
  element: Partial<SchemaElement>,
  values: readonly unknown[],
  ids?: readonly string[],
];

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const day = new Date('2026-11-30T00:00:00Z');
const TYPED: readonly Typed[] = [
  ['DATE', { type: 'INT32', converted_type: 'DATE' }, [day, day]],
  ['DATE', { type: 'INT32', logical_type: { type: 'DATE' } }, [1, 2]],
  ['TIME_MILLIS', { type: 'INT32', converted_type: 'TIME_MILLIS' }, [1, 2]],
  ['TIME_MICROS', { type: 'INT64', converted_type: 'TIME_MICROS' }, [1n, 2n]],
  ['TIMESTAMP_MILLIS', { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }, [1n, 2n]],
  ['TIMESTAMP_MICROS', { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' }, [1n, 2n]],
  ['TIMESTAMP', { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' } }, [1n, 2n]],
  ['DECIMAL', { type: 'INT32', converted_type: 'DECIMAL', precision: 9, scale: 2 }, [1, 2]],
  [
    'DECIMAL',
    { type: 'INT64', converted_type: 'DECIMAL', precision: 18, scale: 0 },
    [9007199254740992n, 9007199254740993n],
  ],
  [
    'DECIMAL',
    { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 9, converted_type: 'DECIMAL', precision: 20, scale: 0 },
    [1n, 2n],
  ],
  ['DOUBLE', { type: 'DOUBLE' }, [1, 2]],
  ['FLOAT', { type: 'FLOAT' }, [1, 16777217]],
  ['FLOAT16', { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2, logical_type: { type: 'FLOAT16' } }, [1, 2]],
  ['BOOLEAN', { type: 'BOOLEAN' }, [true, false]],
  ['JSON', { type: 'BYTE_ARRAY', converted_type: 'JSON' }, ['1', '2']],
  ['FIXED_LEN_BYTE_ARRAY', { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2 }, [bytes('ab'), bytes('cd')]],
  [
    'INT64',
    { type: 'INT64' },
    [9007199254740993n, -9223372036854775808n],
    ['9007199254740993', '-9223372036854775808'],
  ],
  [
    'UINT_64',
    { type: 'INT64', converted_type: 'UINT_64' },
    [9007199254740993n, 18446744073709551615n],
    ['9007199254740993', '18446744073709551615'],
  ],
  ['INT32', { type: 'INT32' }, [-2147483648, 0], ['-2147483648', '0']],
  ['UINT_32', { type: 'INT32', converted_type: 'UINT_32' }, [1, 4294967295], ['1', '4294967295']],
  ['INT_8', { type: 'INT32', converted_type: 'INT_8' }, [-1, 1], ['-1', '1']],
  ['ENUM', { type: 'BYTE_ARRAY', converted_type: 'ENUM' }, [bytes('x'), bytes('1.0')], ['x', '1.0']],
  ['bytes of text', { type: 'BYTE_ARRAY' }, [bytes('x'), bytes('01')], ['x', '01']],
  ['text', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }, ['2026-11-30', '1e3'], ['2026-11-30', '1e3']],
];

const inParquet: readonly Attack[] = TYPED.flatMap(([type, element, values, ids], number) =>
  (['id', 'key'] as const).map((column) => ({
    name: `ids of type ${type} in column '${column}' (${number})`,
    run: async (folder) => {
      const filename = join(folder, 'source.parquet');
      const texts = ['prompt', 'response_a', 'response_b', 'preferred'];
      const schema: SchemaElement[] = [
        { name: 'root', num_children: 5 },
        { name: column, repetition_type: 'OPTIONAL', ...element },
        ...texts.map((name) => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8' }) as const),
      ];
      const columnData = [{ name: column, data: [...values] }, ...texts.map((name) => ({ name, data: ['a', 'a'] }))];
      parquetWriteFile({ filename, columnData, schema, statistics: false });
      const expected = ids === undefined ? { says: [`column '${column}' has type ${type}`] } : { ids };
      return attemptImport(folder, [filename, '--split', 'train', '--id', column], expected);
    },
  })),
);

/** Ids that a reader might spell otherwise than their writer did. */
export const dataIds: AttackSource = {
  name: 'data ids',
  attacks: async () => [...inSources(), ...inColumns, ...inGroups, ...inAnswers, ...inParquet],
};
