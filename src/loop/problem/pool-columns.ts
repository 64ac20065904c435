import type { MeasureName } from '../../acquisition/policy.ts';
import { dataError, usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { hashOf, sha256 } from '../../base/text/canonical-json.ts';
import type { Column } from '../../data/items/read-columns.ts';

/** Numeric columns by name, a value for every item of the pool, in pool order. */
export type PoolColumns = ReadonlyMap<string, Float64Array>;

/**
 * The values of the items kept of a split, whose ids are `ids`; columns that no policy can rank by are left out.
 * @throws BalpmError (data) when one has none: how many, and the first.
 */
export function alignColumns(
  columns: ReadonlyMap<string, Column>,
  kept: Int32Array,
  ids: readonly string[],
): PoolColumns {
  const usable = [...columns].filter(([, column]) => column.unusable === undefined);
  return new Map(usable.map(([name, column]) => [name, alignColumn(name, column, { kept, ids })]));
}

function alignColumn(
  name: string,
  { file, values: all }: Column,
  { kept, ids }: { readonly kept: Int32Array; readonly ids: readonly string[] },
): Float64Array {
  const values = Float64Array.from(kept, (index) => all[index] as number);
  const missing = values.filter(Number.isNaN).length;
  if (missing === 0) return values;
  throw dataError(
    `Cannot use column '${name}' of ${quotePath(file)}: ${missing} of ${ids.length} items of the pool have no value ('${ids[values.findIndex(Number.isNaN)]}' is the first), one for every item is needed`,
  );
}

/** Name of the column a measure stands for; null for a measure of the posterior. */
export const columnOf = (measure: MeasureName): string | null =>
  measure.startsWith('external:') ? measure.slice('external:'.length) : null;

/** Refuses a policy that ranks by a column that is not there. @throws BalpmError (usage) naming those there are. */
export function assertColumns(policy: string, measures: readonly MeasureName[], columns: PoolColumns): void {
  const missing = measures.map(columnOf).find((name) => name !== null && !columns.has(name));
  if (missing === undefined) return;
  const known = [...columns.keys()].map((name) => `'${name}'`).join(', ');
  throw usageError(
    `Cannot use policy '${policy}': it ranks by column '${missing}', ${known === '' ? 'a file that holds it, named in data.columns,' : `one of ${known} (or another file in data.columns)`} is needed`,
  );
}

/** Refuses a policy that ranks by a column that holds NaN. @throws BalpmError (data) naming file, line and column. */
export function assertUsable(measures: readonly MeasureName[], columns: ReadonlyMap<string, Column>): void {
  for (const measure of measures) {
    const { unusable } = columns.get(columnOf(measure) ?? '') ?? {};
    if (unusable !== undefined) throw dataError(unusable);
  }
}

/** Values of the columns among some measures for some items of the pool. */
export function columnMeasures(
  measures: readonly MeasureName[],
  columns: PoolColumns,
  items: Int32Array,
): Partial<Record<MeasureName, Float64Array>> {
  const found = measures.flatMap((measure) => {
    const values = columns.get(columnOf(measure) ?? '');
    return values === undefined ? [] : [[measure, Float64Array.from(items, (item) => values[item] as number)] as const];
  });
  return Object.fromEntries(found);
}

/** SHA-256 of names and values, whatever files and order they come in; null without columns. */
export function hashColumns(columns: PoolColumns): string | null {
  const hashes = [...columns].map(([name, { buffer }]) => [name, sha256(new Uint8Array(buffer as ArrayBuffer))]);
  return hashes.length === 0 ? null : hashOf(Object.fromEntries(hashes));
}
