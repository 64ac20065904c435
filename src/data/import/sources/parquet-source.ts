import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { dataError, messageOf, systemCodeOf } from '../../../base/errors.ts';
import { quotePath, readableReason } from '../../../base/files/files.ts';
import { requireRegular } from '../../../base/files/regular-file.ts';
import { foreignIdType } from './foreign-id-type.ts';
import { PARQUET_PARSERS } from './parquet-parsers.ts';
import type { RecordSource, SourceRecord } from './source-record.ts';

/** Opens a Parquet file; one row group is in memory at a time. @throws BalpmError (data) when it is not one. */
export async function openParquetSource(path: string): Promise<RecordSource> {
  await guarded(path, () => requireRegular(path));
  const file = await guarded(path, () => asyncBufferFromFile(path));
  const metadata = await guarded(path, () => parquetMetadataAsync(file, { parsers: PARQUET_PARSERS }));
  const elements = parquetSchema(metadata).children.map(({ element }) => element);
  const names = elements.map(({ name }) => name);
  const noIds = new Map(
    elements.flatMap((element) => {
      const type = foreignIdType(element);
      return type === null ? [] : [[element.name, type] as const];
    }),
  );
  const uuids = new Set(elements.filter((element) => element.logical_type?.type === 'UUID').map(({ name }) => name));
  return {
    path,
    columns: async () => (metadata.num_rows === 0n ? null : { where: quotePath(path), names, noIds, uuids }),
    read: async function* (wanted) {
      const columns = names.filter((name) => wanted.includes(name));
      await refuseMisspelt(path, file, metadata, columns);
      yield* readRows(path, { file, metadata, columns });
    },
  };
}

/** Names that are not UTF-8 contain U+FFFD here; two of them may have become equal. */
async function refuseMisspelt(
  path: string,
  file: AsyncBuffer,
  { metadata_length: length }: FileMetaData,
  columns: readonly string[],
): Promise<void> {
  for (const name of columns.filter((column) => column.includes('\ufffd'))) {
    const footer = Buffer.from(await file.slice(file.byteLength - 8 - length, file.byteLength - 8));
    if (!footer.includes(name))
      throw dataError(`Cannot import ${quotePath(path)}: the name of column '${name}' is not UTF-8; rename the column`);
  }
}

interface OpenParquet {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: string[];
}

async function* readRows(path: string, { file, metadata, columns }: OpenParquet): AsyncGenerator<SourceRecord> {
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await guarded(path, () =>
      parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors, parsers: PARQUET_PARSERS }),
    );
    if (rows.length !== rowEnd - rowStart)
      throw broken(path, `it has ${rows.length} rows, but its metadata lists ${rowEnd - rowStart}`);
    for (const [index, values] of rows.entries())
      yield { number: rowStart + index + 1, values: () => values, spelling: () => null };
    rowStart = rowEnd;
  }
}

async function guarded<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw broken(path, systemCodeOf(error) === undefined ? messageOf(error) : readableReason(error));
  }
}

const broken = (path: string, found: string): Error =>
  dataError(`Cannot read ${quotePath(path)}: ${found.replaceAll('\n', ' ')}; give a complete Parquet file`);
