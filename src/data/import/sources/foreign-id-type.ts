import type { SchemaElement } from 'hyparquet';

/** Logical types whose values are text, or whole numbers, or have one spelling (UUID: lower case with hyphens). */
const ID_TYPES = new Set(['STRING', 'ENUM', 'INTEGER', 'UUID', 'NULL']);
const CONVERTED = /^(UTF8|ENUM|U?INT_\d+)$/;
const PLAIN = new Set(['BYTE_ARRAY', 'INT32', 'INT64']);

/** The type of a column that cannot have ids, because its values have several spellings as text; null otherwise. */
export function foreignIdType(element: SchemaElement): string | null {
  const { type, logical_type: logical, converted_type: converted, num_children: children } = element;
  if (children !== undefined && children > 0) return logical?.type ?? converted ?? 'struct';
  if (element.repetition_type === 'REPEATED') return 'list';
  if (logical !== undefined) return ID_TYPES.has(logical.type) ? null : logical.type;
  if (converted !== undefined) return CONVERTED.test(converted) ? null : converted;
  return type !== undefined && PLAIN.has(type) ? null : (type ?? 'unknown');
}
