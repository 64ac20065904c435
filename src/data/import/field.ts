import { dataError } from '../../base/errors.ts';
import type { RecordValues } from './sources/source-record.ts';

/** A field's own value, without inherited ones such as `constructor`. */
export const fieldOf = (values: RecordValues, column: string): unknown =>
  Object.hasOwn(values, column) ? values[column] : undefined;

/** The error for a field; `found` completes "field 'x' …", `expected` "expected …". */
export const badField = (where: string, column: string, found: string, expected: string): Error =>
  dataError(`Cannot import ${where}: field '${column}' ${found}; expected ${expected}`);

/** Describes an invalid value, to follow "field 'x'". */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is null';
  if (typeof value === 'string') return `is '${value.slice(0, 40)}'`;
  if (Array.isArray(value)) return 'is a list';
  if (value instanceof Date) return 'is a date or time';
  if (ArrayBuffer.isView(value)) return 'is binary';
  if (typeof value === 'object') return 'is an object';
  if (typeof value === 'boolean') return `is ${value}`;
  return `is the number ${typeof value === 'bigint' ? value : Number(value)}`;
}
