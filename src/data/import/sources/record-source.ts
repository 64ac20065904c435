import { quotePath } from '../../../base/files/files.ts';
import { readRecordLines } from '../../lines/record-lines.ts';
import type { TextEncoding } from '../../lines/text-encoding.ts';
import { openJsonArraySource } from './json-array-source.ts';
import type { SourceFile } from './source-files.ts';
import type { ColumnsFound, RecordSource } from './source-record.ts';

/** Opens a source file by its extension; the Parquet reader is loaded only for Parquet. */
export async function openRecordSource({ path }: SourceFile, encoding: TextEncoding | null): Promise<RecordSource> {
  if (path.endsWith('.json')) return openJsonArraySource(path, encoding);
  if (!path.endsWith('.parquet')) return jsonLinesSource(path, encoding);
  const { openParquetSource } = await import('./parquet-source.ts');
  return openParquetSource(path);
}

const jsonLinesSource = (path: string, encoding: TextEncoding | null): RecordSource => ({
  path,
  columns: () => firstColumns(path, encoding),
  read: () => readRecordLines(path, encoding),
});

/** The names in the first readable line; faults of earlier lines are reported when these are read. */
async function firstColumns(path: string, encoding: TextEncoding | null): Promise<ColumnsFound | null> {
  let failure: unknown = null;
  for await (const { number, values } of readRecordLines(path, encoding)) {
    try {
      return { where: `${quotePath(path)} line ${number}`, names: Object.keys(values()) };
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
  return null;
}
