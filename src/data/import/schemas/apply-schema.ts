import { dataError } from '../../../base/errors.ts';
import { quotePath } from '../../../base/files/files.ts';
import type { ColumnOptions } from '../column-options.ts';
import type { ImportOptions } from '../import-options.ts';
import type { SourceFile } from '../sources/source-files.ts';
import type { RecordSource } from '../sources/source-record.ts';
import { SCHEMAS } from './index.ts';
import type { SourceSchema } from './schema.ts';

/** The selected schema. */
export const schemaOf = ({ schema }: ImportOptions): SourceSchema | null => (schema ? SCHEMAS[schema] : null);

/** Options with the schema's columns if the user named none. */
export function withSchemaColumns(options: ImportOptions): ImportOptions {
  const schema = schemaOf(options);
  if (schema === null) return options;
  const named = Object.entries(options.columns).filter(([, column]) => column !== null);
  return {
    ...options,
    columns: { ...options.columns, ...schema.columns, ...(Object.fromEntries(named) as Partial<ColumnOptions>) },
  };
}

/** A source with the columns that the schema derives, and those that it derives them from. */
export function withSchema(source: RecordSource, schema: SourceSchema | null): RecordSource {
  if (schema === null) return source;
  return {
    path: source.path,
    columns: async () => {
      const found = await source.columns();
      return found === null ? null : { ...found, names: [...found.names, ...schema.adds] };
    },
    read: (wanted) => source.read([...wanted, ...schema.reads]),
  };
}

/** The name of a split here: `valid1` of learning-to-summarize is `validation`. */
export const renamedSplit = (split: string, schema: SourceSchema | null): string => schema?.splits[split] ?? split;

/**
 * Files with their splits renamed; leaves out those of splits that the schema skips.
 * @throws BalpmError (data) when none is left.
 */
export function withSchemaSplits(files: readonly SourceFile[], schema: SourceSchema | null): SourceFile[] {
  if (schema === null) return [...files];
  const kept = files.filter(({ split }) => split === null || schema.splits[split] !== null);
  if (kept.length === 0)
    throw dataError(
      `Cannot import ${quotePath(files[0]?.path ?? '')}: its split has no preferences; give a file of preferences`,
    );
  return kept.map((file) => ({ ...file, split: file.split === null ? null : renamedSplit(file.split, schema) }));
}
