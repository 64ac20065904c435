import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteFile } from 'hyparquet-writer';

/** The formats an import reads. */
export const TEXT_FORMATS = ['jsonl', 'jsonl.gz', 'json'] as const;
export const FORMATS = [...TEXT_FORMATS, 'parquet'] as const;

/** A field as it is written: JSON in a text file, bytes in Parquet. */
export interface RawField {
  readonly name: string;
  readonly json: Uint8Array;
  readonly bytes: Uint8Array;
}

/** A text field of these bytes. */
export const rawText = (name: string, bytes: Uint8Array): RawField => ({
  name,
  bytes,
  json: Buffer.concat([Buffer.from('"'), bytes, Buffer.from('"')]),
});

/** A field of JSON as it is written; Parquet gets it as text. */
export const rawJson = (name: string, json: string): RawField => ({
  name,
  json: Buffer.from(json),
  bytes: Buffer.from(json),
});

const pair = (id: string): RawField[] =>
  Object.entries({ id, prompt: `prompt ${id}`, response_a: `a ${id}`, response_b: `b ${id}`, preferred: 'a' }).map(
    ([name, text]) => rawText(name, Buffer.from(text)),
  );

/** The fields of the pair of an id, some of them replaced, or added. */
export const fieldsOf = (id: string, ...others: readonly RawField[]): readonly RawField[] => [
  ...pair(id).map((field) => others.find(({ name }) => name === field.name) ?? field),
  ...others.filter(({ name }) => !pair(id).some((field) => field.name === name)),
];

/** Writes records in the format that the path ends in. */
export function writeRecords(path: string, records: readonly (readonly RawField[])[]): void {
  if (path.endsWith('.parquet')) return writeParquet(path, records);
  const lines = records.map(objectOf);
  const content = path.endsWith('.json')
    ? Buffer.concat([Buffer.from('['), joined(lines, ','), Buffer.from(']')])
    : Buffer.concat([joined(lines, '\n'), Buffer.from('\n')]);
  writeFileSync(path, path.endsWith('.gz') ? gzipSync(content) : content);
}

const objectOf = (fields: readonly RawField[]): Buffer =>
  Buffer.concat([
    Buffer.from('{'),
    joined(
      fields.map(({ name, json }) => Buffer.concat([Buffer.from(`${JSON.stringify(name)}: `), json])),
      ', ',
    ),
    Buffer.from('}'),
  ]);

const joined = (parts: readonly Uint8Array[], separator: string): Buffer =>
  Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from(separator), part])));

function writeParquet(filename: string, records: readonly (readonly RawField[])[]): void {
  const names = [...new Set(records.flat().map(({ name }) => name))];
  const schema: SchemaElement[] = names.map((name) => ({
    name,
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    repetition_type: 'OPTIONAL',
  }));
  const columnData = names.map((name) => ({
    name,
    data: records.map((fields) => fields.find((field) => field.name === name)?.bytes),
  }));
  const root: SchemaElement = { name: 'root', num_children: names.length };
  parquetWriteFile({ filename, columnData, schema: [root, ...schema], statistics: false });
}
