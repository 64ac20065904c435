import { dataError } from '../../base/errors.ts';
import { suggestion } from '../../base/text/nearest-name.ts';
import type { ColumnOptions } from './column-options.ts';
import type { ImportOptions } from './import-options.ts';
import type { ColumnsFound } from './sources/source-record.ts';

/** Two named sides and a label, or a better and a worse response. */
export type AnswerColumns =
  | {
      readonly type: 'sides';
      readonly a: string;
      readonly b: string;
      readonly preferred: string;
      /** Left out if labels are only sides. */
      readonly probability?: string;
    }
  | { readonly type: 'ranked'; readonly chosen: string; readonly rejected: string };

/** The columns of one source file; `id` null numbers the lines, `split` null means that the file is one split. */
export interface ColumnMapping {
  readonly prompt: string;
  readonly answers: AnswerColumns;
  /** Left out if every label has the same weight. */
  readonly weight?: string;
  readonly id: string | null;
  readonly split: string | null;
}

/**
 * Finds each column among those of a file; `split` is null when a column names the split of each record.
 * @throws BalpmError (data) naming the missing column, its option and the existing columns.
 */
export function mapColumns(found: ColumnsFound, split: string | null, options: ImportOptions): ColumnMapping {
  const { columns, splitColumn } = options;
  const require = (name: string, option: string): string => requireColumn(found, name, option);
  return {
    prompt: require(columns.prompt ?? 'prompt', '--prompt'),
    answers: mapAnswers(found, columns, require, labelMayBeMissing(split, options)),
    ...mapWeight(found.names, columns, require),
    id: mapId(found, columns, require),
    split: split === null ? require(splitColumn, '--split-column, or give --split NAME') : null,
  };
}

/** The names of all columns a mapping reads. */
export function columnsOf({ prompt, answers, weight, id, split }: ColumnMapping): string[] {
  const probability = (answers.type === 'sides' ? answers.probability : undefined) ?? null;
  const answerColumns =
    answers.type === 'sides' ? [answers.a, answers.b, answers.preferred] : [answers.chosen, answers.rejected];
  return [prompt, ...answerColumns, probability, weight ?? null, id, split].filter((name) => name !== null);
}

const labelMayBeMissing = (split: string | null, { unlabelled }: ImportOptions): boolean =>
  split === null ? unlabelled.length > 0 : unlabelled.includes(split);

type Require = (name: string, option: string) => string;

/** The named column, otherwise `id` if it exists, otherwise none. */
function mapId(found: ColumnsFound, { id }: ColumnOptions, require: Require): string | null {
  if (id === false || (id === null && !found.names.includes('id'))) return null;
  const column = id === null ? require('id', '--id') : require(id, '--id');
  const type = found.noIds?.get(column);
  if (type === undefined) return column;
  throw dataError(
    `Cannot import ${found.where}: column '${column}' has type ${type}, whose values have several spellings; write the ids as text or whole numbers, or give --no-id`,
  );
}

/** Columns that are used by default if a file has responses a and b. */
export const LABEL_COLUMNS = { probability: 'p_a', weight: 'weight' } as const;

function mapAnswers(
  found: ColumnsFound,
  columns: ColumnOptions,
  require: Require,
  mayLackLabel: boolean,
): AnswerColumns {
  if (isRanked(found.names, columns)) {
    if (typeof columns.probability === 'string')
      throw dataError(
        `Cannot import ${found.where}: column '${columns.probability}' (--probability) is that of response a, but the responses are chosen and rejected; give --response-a and --response-b, or omit --probability`,
      );
    return {
      type: 'ranked',
      chosen: require(columns.chosen ?? 'chosen', '--chosen'),
      rejected: require(columns.rejected ?? 'rejected', '--rejected'),
    };
  }
  const preferred = columns.preferred ?? 'preferred';
  const probability = mapProbability(found.names, columns, require);
  return {
    type: 'sides',
    a: require(columns.responseA ?? 'response_a', '--response-a'),
    b: require(columns.responseB ?? 'response_b', '--response-b'),
    preferred: mayLackLabel || probability !== null ? preferred : require(preferred, '--preferred'),
    ...(probability !== null && { probability }),
  };
}

function mapProbability(
  found: readonly string[],
  { probability = null }: ColumnOptions,
  require: Require,
): string | null {
  if (typeof probability === 'string') return require(probability, '--probability');
  const { probability: usual } = LABEL_COLUMNS;
  return probability === null && found.includes(usual) ? require(usual, '--probability') : null;
}

/** Chosen and rejected responses have a weight only if its column is named. */
function mapWeight(found: readonly string[], columns: ColumnOptions, require: Require): { weight?: string } {
  const { weight = null } = columns;
  if (typeof weight === 'string') return { weight: require(weight, '--weight') };
  const { weight: usual } = LABEL_COLUMNS;
  const isUsual = weight === null && found.includes(usual) && !isRanked(found, columns);
  return isUsual ? { weight: require(usual, '--weight') } : {};
}

/** Chosen and rejected are used when named, or when the file has them and no option names sides. */
function isRanked(found: readonly string[], columns: ColumnOptions): boolean {
  if (columns.chosen !== null || columns.rejected !== null) return true;
  if (columns.responseA !== null || columns.responseB !== null || columns.preferred !== null) return false;
  return found.includes('chosen') && found.includes('rejected') && !found.includes('preferred');
}

function requireColumn({ where, names }: ColumnsFound, name: string, option: string): string {
  if (names.indexOf(name) !== names.lastIndexOf(name))
    throw dataError(`Cannot import ${where}: it has two columns '${name}'; give each column a distinct name`);
  if (names.includes(name)) return name;
  const columns = names.map((column) => `'${column}'`).join(', ');
  throw dataError(
    `Cannot import ${where}: column '${name}' (${option}) is missing; use one of ${columns}${suggestion(name, names)}`,
  );
}
