import { join } from 'node:path';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteFile } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { importDataset } from '../../../../src/data/import/import-dataset.ts';
import type { ImportOptions } from '../../../../src/data/import/import-options.ts';
import { importOptions, linesOf, pairRow, type Row, temporaryDirectory, writeSource } from '../../fixtures.ts';

const directory = temporaryDirectory();
let files = 0;
const fresh = (ending: string): string => join(directory, `source-${files++}.${ending}`);

async function importFile(source: string, options: Partial<ImportOptions> = {}) {
  const path = join(directory, `dataset-${files++}`);
  const result = await importDataset(importOptions({ source, split: 'train', ...options }), path);
  return { ...result, path, ids: linesOf(path, 'items.jsonl').map(({ id }) => id) };
}

const importBytes = (ending: string, content: string | Uint8Array, options: Partial<ImportOptions> = {}) =>
  importFile(writeSource(fresh(ending), content), options);

/** A line with an id, and a prompt or another field, as they are written in JSON. */
const line = (id: string, field = '"prompt": "p"'): string =>
  `{"id": ${id}, "prompt": "p", "response_a": "x ${files}", "response_b": "y", "preferred": "a", ${field}}`;
const ENDINGS = ['jsonl', 'json'];
const joined = (ending: string, ...lines: string[]): string =>
  ending === 'json' ? `[${lines.join(',')}]` : lines.map((one) => `${one}\n`).join('');

describe.each(ENDINGS)('a .%s file', (ending) => {
  test.each(['NaN', 'Infinity', '-Infinity', '[{"deep": NaN}]'])(
    'may hold %s in a field nobody uses',
    async (value) => {
      expect((await importBytes(ending, joined(ending, line('"1"'), line('"2"', `"score": ${value}`)))).ids).toEqual([
        '1',
        '2',
      ]);
    },
  );

  test.each(['prompt', 'id', 'preferred'])("is refused for NaN in field '%s', or the record dropped", async (field) => {
    const content = joined(ending, line('"1"'), line('"2"', `"${field}": NaN`));
    await expect(importBytes(ending, content)).rejects.toThrow(new RegExp(`(line|row) 2: field '${field}' is NaN; `));
    expect(await importBytes(ending, content, { badRows: 'drop' })).toMatchObject({
      ids: ['1'],
      dropped: { records: 1 },
    });
  });

  test('keeps the digits of whole-number ids, however many', async () => {
    const written = ['0', '-7', '17', '9007199254740993', '18446744073709551615'];
    expect((await importBytes(ending, joined(ending, ...written.map((id) => line(id))))).ids).toEqual(written);
  });

  test.each(['1.0', '1e3', '-0', '1.5', '1E400', '12345678901234567890.0'])('is refused for the id %s', async (id) => {
    await expect(importBytes(ending, joined(ending, line('2'), line(id)))).rejects.toThrow(
      `2: field 'id' is the number ${id}; expected text or a whole number (1, not 1.0)`,
    );
  });

  test('is refused for an id that stands there as a number and as text', async () => {
    await expect(importBytes(ending, joined(ending, line('1'), line('"1"')))).rejects.toThrow(
      /2: field 'id' is '1' as in/,
    );
  });

  test('is refused by file, record and field for bytes that are not UTF-8, or the record dropped', async () => {
    const latin = Buffer.from(joined(ending, line('"1"'), line('"2"', '"prompt": "caf\xe9"')), 'latin1');
    await expect(importBytes(ending, latin)).rejects.toThrow(
      /(line|row) 2: field 'prompt' has bytes that are not UTF-8; /,
    );
    expect(await importBytes(ending, latin, { badRows: 'drop' })).toMatchObject({
      ids: ['1'],
      dropped: { records: 1 },
    });
    const { path } = await importBytes(ending, latin, { encoding: 'latin-1' });
    expect(linesOf(path, 'prompts.jsonl')).toEqual([{ text: 'p' }, { text: 'café' }]);
  });

  test('may hold such bytes where nobody reads them, and keeps UTF-8 and escapes beside them', async () => {
    const prompt = Buffer.from('"prompt": "é \\u00e9 \\ud83d\\ude42 \\ufffd �", "note": "').toString('latin1');
    const content = Buffer.from(joined(ending, line('"1"', `${prompt}\xe9"`)), 'latin1');
    const { path } = await importBytes(ending, content);
    expect(linesOf(path, 'prompts.jsonl')).toEqual([{ text: 'é é 🙂 � �' }]);
  });

  test('is refused for half a surrogate pair, also beside bytes that are not UTF-8', async () => {
    await expect(importBytes(ending, joined(ending, line('"1"', '"prompt": "\\ud800"')))).rejects.toThrow(
      /1: field 'prompt' has half a surrogate pair/,
    );
    const content = Buffer.from(joined(ending, line('"1"', '"prompt": "\\ud800", "note": "\xe9"')), 'latin1');
    await expect(importBytes(ending, content)).rejects.toThrow(/1: field 'prompt' has bytes that are not UTF-8/);
  });

  test('passes over a byte order mark of UTF-8, and is refused by name with one of UTF-16', async () => {
    const content = joined(ending, line('"1"'));
    expect((await importBytes(ending, `\ufeff${content}`)).ids).toEqual(['1']);
    const wide = Buffer.from(`\ufeff${content}`, 'utf16le');
    await expect(importBytes(ending, wide)).rejects.toThrow(/: it is UTF-16 text; /);
    await expect(importBytes(ending, wide.swap16())).rejects.toThrow(/: it is UTF-16 text; /);
  });

  test.each([
    ['utf-16', 'utf16le', '\ufeff'],
    ['utf-16le', 'utf16le', ''],
    ['UTF_16LE', 'utf16le', ''],
    ['utf-16-le', 'utf16le', '\ufeff'],
    ['utf8', 'utf8', '\ufeff'],
    ['iso-8859-1', 'latin1', ''],
  ] as const)('is read as %s', async (encoding, written, mark) => {
    const content = Buffer.from(mark + joined(ending, line('7'), line('"ü"', '"prompt": "ý\x80"')), written);
    const { path, ids, manifest } = await importBytes(ending, content, { encoding });
    expect(ids).toEqual(['7', 'ü']);
    expect(linesOf(path, 'prompts.jsonl')).toEqual([{ text: 'p' }, { text: 'ý\x80' }]);
    expect(manifest.source).toMatchObject({ encoding });
  });

  test.each(['latin-1', 'cp1252', 'shift_jis'])('is refused as %s with the mark of UTF-8', async (encoding) => {
    const content = `\ufeff${joined(ending, line('"1"', '"prompt": "é"'))}`;
    await expect(importBytes(ending, content, { encoding })).rejects.toThrow(
      `: its first bytes are the mark of UTF-8, not of ${encoding}; `,
    );
  });

  test.each([
    ['windows-1252', '\x80\x9f', '€Ÿ'],
    ['cp1252', '\x81', null],
    ['shift_jis', '\x83\x65', 'テ'],
    ['shift_jis', '\x83', null],
    ['windows-1251', '\xc6', 'Ж'],
  ])('is decoded as %s, byte by byte', async (encoding, bytes, text) => {
    const content = Buffer.from(joined(ending, line('"1"', `"prompt": "${bytes}"`)), 'latin1');
    const attempt = importBytes(ending, content, { encoding });
    if (text === null) await expect(attempt).rejects.toThrow(new RegExp(`as ${encoding}: .*; check --encoding`));
    else expect(linesOf((await attempt).path, 'prompts.jsonl')).toEqual([{ text }]);
  });
});

test('--encoding is refused where it is none, and for Parquet', async () => {
  await expect(importBytes('jsonl', line('1'), { encoding: 'klingon' })).rejects.toMatchObject({
    exitStatus: 2,
    message: expect.stringMatching(/^Cannot use --encoding 'klingon': it is not supported; give utf-8, /),
  });
  await expect(importFile(parquet({}), { encoding: 'latin-1' })).rejects.toMatchObject({
    exitStatus: 2,
    message: expect.stringContaining('texts of Parquet are UTF-8'),
  });
});

test('lines that are not JSON, or no object, are records that can be left out', async () => {
  const content = `oops\n${line('"1"')}\n[1]\n${'['.repeat(200_000)}\n${line('"2"')}\n{"id": "3"`;
  expect(await importBytes('jsonl', content, { badRows: 'drop' })).toMatchObject({
    ids: ['1', '2'],
    dropped: { records: 4 },
  });
  await expect(importBytes('jsonl', content)).rejects.toThrow(/line 1: it is not JSON/);
});

test('an import notes what splits share', async () => {
  const rows = [
    pairRow('1', { split: 'train', prompt: 'p', response_a: 'x', response_b: 'y' }),
    pairRow('2', { split: 'test', prompt: 'p', response_a: 'y', response_b: 'x' }),
  ];
  const content = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  expect((await importBytes('jsonl', content, { split: null })).notes).toEqual([
    'pairs in two splits: 1',
    "prompts of 'test' that are also in 'train': 1 of 1",
  ]);
});

/** A Parquet file of three pairs: some columns as Parquet's schema has them. */
function parquet(columns: Readonly<Record<string, readonly unknown[]>>, element: Partial<SchemaElement> = {}): string {
  const filename = fresh('parquet');
  const rows: readonly Row[] = ['a', 'b', 'c'].map((id) => pairRow(id));
  const data = {
    ...Object.fromEntries(Object.keys(rows[0] as Row).map((name) => [name, rows.map((row) => row[name])])),
    ...columns,
  };
  const schema: SchemaElement[] = Object.keys(data).map((name) => ({
    name,
    ...(name === Object.keys(columns)[0] && element.type !== undefined
      ? { repetition_type: 'REQUIRED', ...element }
      : { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }),
  }));
  const columnData = Object.entries(data).map(([name, values]) => ({ name, data: [...values] }));
  parquetWriteFile({
    filename,
    columnData,
    schema: [{ name: 'root', num_children: schema.length }, ...schema],
    statistics: false,
  });
  return filename;
}

const REFUSED: readonly (readonly [string, Partial<SchemaElement>, readonly unknown[]])[] = [
  ['DATE', { type: 'INT32', converted_type: 'DATE' }, [1, 2, 3]],
  ['DOUBLE', { type: 'DOUBLE' }, [1, 2, 3]],
  ['FLOAT', { type: 'FLOAT' }, [1, 2, 3]],
  ['BOOLEAN', { type: 'BOOLEAN' }, [true, false, true]],
  ['DECIMAL', { type: 'INT64', converted_type: 'DECIMAL', precision: 18, scale: 0 }, [1n, 9007199254740993n, 3n]],
  ['TIMESTAMP_MICROS', { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' }, [1n, 2n, 3n]],
  ['TIME_MILLIS', { type: 'INT32', converted_type: 'TIME_MILLIS' }, [1, 2, 3]],
  [
    'FIXED_LEN_BYTE_ARRAY',
    { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 1 },
    ['1', '2', '3'].map((id) => Buffer.from(id)),
  ],
  ['JSON', { type: 'BYTE_ARRAY', converted_type: 'JSON' }, ['1', '2', '3']],
];

describe('a Parquet file', () => {
  test.each(REFUSED)('is refused for ids of type %s, and read with --no-id', async (type, element, id) => {
    const source = parquet({ id }, element);
    await expect(importFile(source)).rejects.toThrow(
      `Cannot import '${source}': column 'id' has type ${type}, whose values have several spellings; write the ids as text`,
    );
    const { columns } = importOptions({});
    expect((await importFile(source, { columns: { ...columns, id: false } })).ids).toEqual([
      'train-1',
      'train-2',
      'train-3',
    ]);
  });

  test('keeps whole-number ids of 64 bits, and text that has no annotation', async () => {
    const whole = [-1n, 9007199254740993n, 9223372036854775807n];
    expect((await importFile(parquet({ id: whole }, { type: 'INT64' }))).ids).toEqual(whole.map(String));
    const bytes = ['é', '1.0', '2'].map((id) => Buffer.from(id));
    expect((await importFile(parquet({ id: bytes }, { type: 'BYTE_ARRAY' }))).ids).toEqual(['é', '1.0', '2']);
  });

  test('spells UUIDs in lower case with hyphens, and says so', async () => {
    const id = ['1', '2', '3'].map((last) => Buffer.from(`00112233445566778899AABBCCDDEE0${last}`, 'hex'));
    const uuid = { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } } as const;
    const { ids, notes } = await importFile(parquet({ id }, uuid));
    expect(ids[0]).toBe('00112233-4455-6677-8899-aabbccddee01');
    expect(notes[0]).toMatch(/^column 'id' of '.*' is of type UUID: its ids are spelled in lower case with hyphens$/);
  });

  test.each([['plain'], ['dictionary']])(
    'is refused by row and column for bytes that are not UTF-8 (%s)',
    async (kind) => {
      const bad = Buffer.from('caf\xe9', 'latin1');
      const prompt = kind === 'plain' ? ['a', 'b', bad] : [bad, 'b', bad];
      const source = parquet({ prompt });
      const row = kind === 'plain' ? 3 : 1;
      await expect(importFile(source)).rejects.toThrow(
        `Cannot import '${source}' row ${row}: field 'prompt' has bytes that are not UTF-8; expected UTF-8`,
      );
      expect((await importFile(source, { badRows: 'drop' })).dropped?.records).toBe(kind === 'plain' ? 1 : 2);
      expect((await importFile(parquet({ note: prompt }))).ids).toEqual(['a', 'b', 'c']);
    },
  );

  test('keeps a character U+FFFD, and a byte order mark within a text', async () => {
    const { path } = await importFile(parquet({ prompt: ['�', '\ufeffq', 'r'] }));
    expect(linesOf(path, 'prompts.jsonl')).toEqual([{ text: '�' }, { text: '\ufeffq' }, { text: 'r' }]);
  });

  test('is refused for a column name that stands there twice', async () => {
    const filename = fresh('parquet');
    const columnData = ['id', 'prompt', 'response_a', 'response_b', 'preferred', 'prompt'].map((name) => ({
      name,
      data: ['a'],
    }));
    parquetWriteFile({ filename, columnData });
    await expect(importFile(filename)).rejects.toThrow(
      `Cannot import '${filename}': it has two columns 'prompt'; give`,
    );
  });
});
