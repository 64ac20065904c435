import { doAgree, type Label, labelOf, Preference, Probability, probabilityOf, Weight } from '../label.ts';
import type { AnswerColumns } from './column-mapping.ts';
import { badField, describeValue, fieldOf } from './field.ts';
import type { RecordValues } from './sources/source-record.ts';

type Sides = Extract<AnswerColumns, { type: 'sides' }>;

/**
 * The label of a record with sides: its probability if it has one, otherwise its side; null without either.
 * @throws BalpmError (data) naming the field that is not a probability or a side, or that contradicts another.
 */
export function readLabel(values: RecordValues, columns: Sides, weight: number, where: string): Label | null {
  const preferred = readPreference(values, columns.preferred, where);
  const p = columns.probability === undefined ? null : readProbability(values, columns.probability, where);
  if (p === null) return preferred === null ? null : labelOf(probabilityOf({ preferred }), weight);
  if (preferred === null || doAgree(preferred, p)) return labelOf(p, weight);
  const found = `is ${p} where field '${columns.preferred}' is '${preferred}'`;
  throw badField(
    where,
    columns.probability as string,
    found,
    'the probability that a is preferred, on the same side of ½',
  );
}

/** The weight of a record's label, 1 without a column. @throws BalpmError (data) naming the field. */
export function readWeight(values: RecordValues, column: string | undefined, where: string): number {
  if (column === undefined) return 1;
  const weight = fieldOf(values, column);
  if (weight === undefined || weight === null) return 1;
  const parsed = Weight.safeParse(asNumber(weight));
  if (parsed.success) return parsed.data;
  throw badField(where, column, describeValue(weight), 'a finite weight above 0 (or --no-weight)');
}

function readProbability(values: RecordValues, column: string, where: string): number | null {
  const p = fieldOf(values, column);
  if (p === undefined || p === null) return null;
  const parsed = Probability.safeParse(asNumber(p));
  if (parsed.success) return parsed.data;
  throw badField(where, column, describeValue(p), 'a probability from 0 to 1');
}

function readPreference(values: RecordValues, column: string, where: string): Preference | null {
  const label = fieldOf(values, column);
  if (label === undefined || label === null) return null;
  const parsed = Preference.safeParse(label);
  if (parsed.success) return parsed.data;
  throw badField(where, column, describeValue(label), "'a' or 'b' (or 'tie')");
}

/** Whole numbers of Parquet are BigInts. */
const asNumber = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);
