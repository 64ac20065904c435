import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { dataError, messageOf, systemCodeOf } from '../../base/errors.ts';
import { quotePath, readableReason } from '../../base/files.ts';
import { requireRegular } from '../../base/regular-file.ts';
import type { RecordSource, SourceRecord } from './record-source.ts';

/** Opens a Parquet file; one row group is in memory at a time. @throws BalpmError (data) when it is not one. */
export async function openParquetSource(path: string): Promise<RecordSource> {
  await guarded(path, () => requireRegular(path));
  const file = await guarded(path, () => asyncBufferFromFile(path));
  const metadata = await guarded(path, () => parquetMetadataAsync(file));
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  return {
    path,
    columns: async () => (metadata.num_rows === 0n ? null : { where: quotePath(path), names: columns }),
    read: (wanted) => readRows(path, { file, metadata, columns: columns.filter((name) => wanted.includes(name)) }),
  };
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
      parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors }),
    );
    if (rows.length !== rowEnd - rowStart)
      throw broken(path, `it has ${rows.length} rows where ${rowEnd - rowStart} are announced`);
    for (const [index, values] of rows.entries()) yield { number: rowStart + index + 1, values };
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
  dataError(`Cannot read ${quotePath(path)}: ${found.replaceAll('\n', ' ')}, a whole Parquet file is needed`);
