import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { SplitItems } from '../dataset.ts';
import { Unreadable } from '../lines/unreadable.ts';
import { describeField } from './describe-field.ts';
import { readItemLines } from './read-item-lines.ts';

/** One numeric column of a split: its file, and a value for each item in order, NaN without one. */
export interface Column {
  readonly file: string;
  readonly values: Float64Array;
  /** Why no policy can rank by it: NaN, Infinity or bytes that are not UTF-8. Left out if a policy can. */
  readonly unusable?: string;
}

/**
 * Numeric columns of one split by name, from JSON Lines files of `{"id", NAME: number, …}`. Lines that name another
 * split, and values of ids that are not in this one, are ignored.
 * @throws BalpmError (data) naming file and line for a value that is not a finite number, an id given twice, a file that
 * cannot be read or has no column, and naming both files for a column that is in two.
 */
export async function readColumns(paths: readonly string[], split: SplitItems): Promise<ReadonlyMap<string, Column>> {
  const columns = new Map<string, Column>();
  for (const path of paths) {
    for (const [name, column] of await readFile(path, split)) {
      const other = columns.get(name);
      if (other !== undefined) throw standsTwice(name, other.file, path);
      columns.set(name, column);
    }
  }
  return columns;
}

async function readFile(path: string, { name: split, ids }: SplitItems): Promise<ReadonlyMap<string, Column>> {
  const columns = new Map<string, { file: string; values: Float64Array; unusable?: string }>();
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  for await (const { id, fields, where } of readItemLines(path, split)) {
    const index = indexOf.get(id);
    for (const [name, value] of Object.entries(fields)) {
      const column = columns.get(name) ?? { file: path, values: new Float64Array(ids.length).fill(Number.NaN) };
      columns.set(name, column);
      if (value instanceof Unreadable) column.unusable ??= notFinite(where, name, value.found);
      else if (index === undefined) finiteNumber(value, name, where);
      else column.values[index] = finiteNumber(value, name, where);
    }
  }
  if (columns.size > 0) return columns;
  throw dataError(
    `Cannot read columns ${quotePath(path)}: no line has a column of split '${split}'; write lines like {"id": "…", "NAME": 1.5}`,
  );
}

function finiteNumber(value: unknown, name: string, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw dataError(notFinite(where, name, typeof value === 'number' ? 'is not finite' : describeField(value)));
}

const notFinite = (where: string, name: string, found: string): string =>
  `Cannot read ${where}: column '${name}' ${found}; expected a finite number`;

const standsTwice = (name: string, one: string, other: string): Error =>
  dataError(
    `Cannot read columns ${quotePath(other)}: column '${name}' is also in ${quotePath(one)}; give each column in one file`,
  );
