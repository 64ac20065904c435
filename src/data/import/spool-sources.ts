import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { countLabel, type LabelCounts, startCounts } from '../description/count-labels.ts';
import { probabilityOf } from '../label.ts';
import { findUnreadable } from '../lines/find-unreadable.ts';
import { textEncoding } from '../lines/text-encoding.ts';
import { createBadRecords, type DroppedRecords } from './bad-records.ts';
import { type ColumnMapping, columnsOf, LABEL_COLUMNS, mapColumns } from './column-mapping.ts';
import { badField } from './field.ts';
import { createIdRegister } from './id-register.ts';
import type { ImportOptions } from './import-options.ts';
import { placeOf } from './place-of.ts';
import { readPair, type SourcePair } from './read-pair.ts';
import { renamedSplit, schemaOf, withSchema } from './schemas/apply-schema.ts';
import { openRecordSource } from './sources/record-source.ts';
import type { SourceFile } from './sources/source-files.ts';
import type { ColumnsFound, RecordSource, RecordValues, SourceRecord } from './sources/source-record.ts';
import { checkSplitName } from './sources/split-names.ts';
import type { Spool } from './spool.ts';
import { throwIfStopped } from './throw-if-stopped.ts';

/** Result of reading all sources. */
export interface SourceSummary {
  /** Column mapping of each source file, in order. */
  readonly mappings: readonly ColumnMapping[];
  /** Counts of pairs given with sides. */
  readonly sides: LabelCounts;
  /** Pairs given as chosen and rejected. */
  readonly ranked: number;
  readonly identicalAnswers: number;
  /** Records left out because they cannot be used, and the fault of the first of them. */
  readonly dropped: DroppedRecords | null;
  /** Notes about the sources. */
  readonly notes: readonly string[];
}

const MOST_SPLITS = 64;

/**
 * Checks every record of every source and adds it to the spool.
 * @throws BalpmError (data) naming file, line and field of the first record that is not valid.
 */
export async function spoolSources(
  spool: Spool,
  files: readonly SourceFile[],
  options: ImportOptions,
  signal: AbortSignal | undefined,
): Promise<SourceSummary> {
  const ids = createIdRegister((file, number) => placeOf((files[file] as SourceFile).path, number));
  const tally = createTally();
  const mappings: ColumnMapping[] = [];
  const notes: string[] = [];
  const bad = createBadRecords(options.badRows ?? 'refuse');
  const encoding = textEncoding(options.encoding ?? 'utf-8');
  for (const [index, file] of files.entries()) {
    const source = withSchema(await openRecordSource(file, encoding), schemaOf(options));
    const found = await columnsFound(source);
    const mapping = mapColumns(found, file.split, options);
    mappings.push(mapping);
    if (mapping.id !== null && found.uuids?.has(mapping.id)) notes.push(spelledAsUuids(file, mapping.id));
    for await (const record of source.read(columnsOf(mapping))) {
      throwIfStopped(signal);
      const checked = bad.check(() => checkRecord(record, file, mapping, options));
      if (checked === undefined) continue;
      const { id, split, pair } = checked;
      ids.add(id, { file: index, number: record.number, split });
      spool.add(split, {
        id,
        prompt: pair.prompt,
        a: pair.a,
        b: pair.b,
        label: pair.label,
        ranked: pair.ranked,
      });
      tally.count(pair);
      if (spool.size() > MOST_SPLITS) throw tooManySplits(file, mapping);
    }
  }
  if (spool.size() === 0) throw bad.first();
  return { mappings, ...tally.totals(), dropped: bad.count(), notes };
}

const spelledAsUuids = ({ path }: SourceFile, column: string): string =>
  `column '${column}' of ${quotePath(path)} is of type UUID: its ids are spelled in lower case with hyphens`;

async function columnsFound(source: RecordSource): Promise<ColumnsFound> {
  const columns = await source.columns();
  if (columns === null) throw dataError(`Cannot import ${quotePath(source.path)}: it is empty; give at least one pair`);
  return columns;
}

interface CheckedRecord {
  readonly id: string;
  readonly split: string;
  readonly pair: SourcePair;
}

function checkRecord(
  record: SourceRecord,
  file: SourceFile,
  mapping: ColumnMapping,
  options: ImportOptions,
): CheckedRecord {
  const where = placeOf(file.path, record.number);
  const schema = schemaOf(options);
  const values = readableValues(record, [...columnsOf(mapping), ...(schema?.reads ?? [])], where);
  const pair = readPair(schema?.derive(values, where) ?? values, record.spelling, mapping, where);
  const split = file.split ?? renamedSplit(pair.split ?? '', schema);
  if (file.split === null) checkSplitName(split, where);
  checkLabel({ pair, split }, mapping, options, where);
  if (mapping.id === null && options.columns.id === null) checkNoId(values, where);
  checkLabelColumns(values, mapping, options, where);
  const id = pair.id !== null && schema?.idsWithinSplit ? `${split}-${pair.id}` : pair.id;
  return { id: id ?? madeUpId(split, file, record.number), split, pair };
}

/** The fields of a record, after checking that the used ones are readable; unused fields may be unreadable. */
function readableValues(record: SourceRecord, used: readonly string[], where: string): RecordValues {
  const values = record.values();
  for (const column of used) {
    const unreadable = findUnreadable(values[column]);
    if (unreadable !== null) throw badField(where, column, unreadable.found, unreadable.needed);
  }
  return values;
}

function checkLabel(
  { pair, split }: Pick<CheckedRecord, 'pair' | 'split'>,
  { answers }: ColumnMapping,
  options: ImportOptions,
  where: string,
): void {
  if (pair.label !== null || answers.type === 'ranked' || options.unlabelled.includes(split)) return;
  throw badField(where, answers.preferred, 'is missing', `'a' or 'b' (or --unlabelled ${split})`);
}

/** Ids are generated only if no record has one. */
function checkNoId(values: RecordValues, where: string): void {
  if (values['id'] === undefined) return;
  throw badField(where, 'id', 'is present but missing on earlier lines', 'an id on every line or on none');
}

/** A column that the first record lacks counts as absent: values of later records would be lost. */
function checkLabelColumns(
  values: RecordValues,
  { answers, weight }: ColumnMapping,
  { columns }: ImportOptions,
  where: string,
): void {
  if (answers.type === 'ranked') return;
  const mapped = { probability: answers.probability, weight };
  for (const name of ['probability', 'weight'] as const) {
    const column = LABEL_COLUMNS[name];
    if (mapped[name] !== undefined || columns[name] === false || (values[column] ?? null) === null) continue;
    throw badField(where, column, 'is present but missing on the first line', `it there too (or --no-${name})`);
  }
}

const madeUpId = (split: string, { part }: SourceFile, number: number): string =>
  part === null ? `${split}-${number}` : `${split}-${part}-${number}`;

const tooManySplits = (file: SourceFile, { split }: ColumnMapping): Error =>
  dataError(
    `Cannot import ${quotePath(file.path)}: column '${split}' has more than ${MOST_SPLITS} values; give a column that names the splits`,
  );

interface Tally {
  readonly count: (pair: SourcePair) => void;
  readonly totals: () => Omit<SourceSummary, 'mappings' | 'dropped' | 'notes'>;
}

function createTally(): Tally {
  const sides = startCounts();
  const totals = { sides, ranked: 0, identicalAnswers: 0 };
  return {
    totals: () => totals,
    count: ({ a, b, label, ranked }) => {
      if (label !== null && !ranked) countLabel(sides, probabilityOf(label), label.weight ?? 1);
      totals.ranked += ranked ? 1 : 0;
      totals.identicalAnswers += a === b ? 1 : 0;
    },
  };
}
