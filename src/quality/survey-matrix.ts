import { createHash } from 'node:crypto';
import { BalpmError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { type RowBlock, readBlocks, type StoredMatrix } from './matrix.ts';

/** What one pass over a matrix tells of its rows (R) and dimensions (D). */
export interface MatrixSurvey {
  /** R: Euclidean norm of each row. */
  readonly norms: Float64Array;
  /** R: equal where rows are equal to the last bit. */
  readonly fingerprints: readonly string[];
  /** D: mean and standard deviation (ddof 0) of each dimension; a deviation is 0 only where every row has the same value. */
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  /** Q × R: Euclidean distances from the rows asked about. */
  readonly distances: readonly Float64Array[];
}

export interface SurveyOptions {
  /** Rows whose distances to every row are wanted, Q × D. */
  readonly queries: Float32Array;
  readonly signal: AbortSignal;
}

/** Reads a matrix once, block by block, in float64. @throws BalpmError (data); (stopped) when the signal is aborted. */
export async function surveyMatrix(matrix: StoredMatrix, { queries, signal }: SurveyOptions): Promise<MatrixSurvey> {
  const survey = emptySurvey(matrix, queries);
  const dimensions = createDimensionSums(matrix.columns);
  for await (const block of readBlocks(matrix)) {
    if (signal.aborted) throw stopped(matrix);
    dimensions.add(block);
    noteRows(block, survey, queries);
  }
  return { ...survey, ...dimensions.moments() };
}

const stopped = ({ file }: StoredMatrix): BalpmError =>
  new BalpmError('stopped', `Cannot examine features ${quotePath(file)}: it was stopped, a new call is needed`);

const emptySurvey = ({ rows, columns }: StoredMatrix, queries: Float32Array) => ({
  norms: new Float64Array(rows),
  fingerprints: Array.from({ length: rows }, () => ''),
  distances: Array.from({ length: queries.length / columns }, () => new Float64Array(rows)),
});

function noteRows(block: RowBlock, survey: ReturnType<typeof emptySurvey>, queries: Float32Array): void {
  const columns = block.values.length / block.rows;
  const rowBytes = block.bytes.length / block.rows;
  for (let index = 0; index < block.rows; index++) {
    const row = block.start + index;
    const values = block.values.subarray(index * columns, (index + 1) * columns);
    survey.norms[row] = norm(values);
    survey.fingerprints[row] = fingerprint(block.bytes.subarray(index * rowBytes, (index + 1) * rowBytes));
    survey.distances.forEach((to, query) => {
      to[row] = distance(values, queries.subarray(query * columns, (query + 1) * columns));
    });
  }
}

const fingerprint = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('binary');

function norm(values: Float32Array): number {
  let squares = 0;
  for (let column = 0; column < values.length; column++) squares += values[column]! * values[column]!;
  return Math.sqrt(squares);
}

/** Euclidean distance of two rows, summed in float64. */
export function distance(left: Float32Array, right: Float32Array): number {
  let squares = 0;
  for (let column = 0; column < left.length; column++) squares += (left[column]! - right[column]!) ** 2;
  return Math.sqrt(squares);
}

interface DimensionSums {
  readonly add: (block: RowBlock) => void;
  readonly moments: () => Pick<MatrixSurvey, 'means' | 'deviations'>;
}

/** Sums of each dimension, taken from the first row on so that a constant dimension sums to exactly nothing. */
function createDimensionSums(columns: number): DimensionSums {
  let seen = 0;
  const first = new Float64Array(columns);
  const sums = new Float64Array(columns);
  const squares = new Float64Array(columns);
  const add = ({ values, rows }: RowBlock): void => {
    if (seen === 0) first.set(values.subarray(0, columns));
    for (let start = 0; start < values.length; start += columns) {
      for (let column = 0; column < columns; column++) {
        const offset = values[start + column]! - first[column]!;
        sums[column]! += offset;
        squares[column]! += offset * offset;
      }
    }
    seen += rows;
  };
  const moments = () => {
    const offsets = sums.map((sum) => (seen === 0 ? 0 : sum / seen));
    return {
      means: first.map((value, column) => value + offsets[column]!),
      deviations: squares.map((square, column) => deviation(square / seen, offsets[column]!)),
    };
  };
  return { add, moments };
}

/** Rounding must not make a dimension that varies a constant one. */
const deviation = (meanSquare: number, offset: number): number =>
  meanSquare > 0 ? Math.sqrt(Math.max(meanSquare - offset * offset, Number.EPSILON * meanSquare)) : 0;
