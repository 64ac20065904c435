import type { Histogram } from '../figures/histogram.ts';
import { largest } from '../math/largest.ts';
import { quantile } from '../math/quantile.ts';
import type { StoredMatrix } from './matrix.ts';
import type { MatrixSurvey } from './survey-matrix.ts';

/** Some dimensions: how many, and the first of them. */
export interface DimensionList {
  readonly count: number;
  readonly first: readonly number[];
}

/** A dimension and its part of a whole over all dimensions. */
export interface DimensionShare {
  readonly dimension: number;
  readonly share: number;
}

/** What is told of one matrix of a store. */
export interface MatrixSummary {
  readonly rows: number;
  readonly columns: number;
  readonly norms: {
    readonly min: number;
    readonly p5: number;
    readonly median: number;
    readonly p95: number;
    readonly max: number;
    /** Rows of zeros. */
    readonly zero: number;
    readonly histogram: Histogram;
  };
  /** Zero in every row. */
  readonly dead: DimensionList;
  /** The same value, not zero, in every row. */
  readonly constant: DimensionList;
  /** Varies, but with less than a thousandth of the median deviation of those that vary. */
  readonly nearConstant: DimensionList;
  readonly variance: {
    /** The dimensions with most of the variance, largest first. */
    readonly largest: readonly DimensionShare[];
    /** Share of the variance of the ten largest together. */
    readonly ten: number;
    /** (Σv)² / Σv² over the variances v: D when all are alike, 1 when one has everything. */
    readonly effective: number;
    /** Share of the variance in the k largest dimensions, for some k. */
    readonly cumulative: readonly { readonly dimensions: number; readonly share: number }[];
  };
  /** The dimensions with most of the mean squared norm, largest first. */
  readonly squares: readonly DimensionShare[];
}

const LISTED = 10;
const BINS = 40;
const NEARLY = 1e-3;

/** Summarises a survey of a matrix that has rows. */
export function summariseMatrix({ rows, columns }: StoredMatrix, survey: MatrixSurvey): MatrixSummary {
  const { means, deviations } = survey;
  const least = NEARLY * medianOf(deviations.filter((value) => value > 0));
  return {
    rows,
    columns,
    norms: summariseNorms(survey.norms),
    dead: listWhere(deviations, (value, column) => value === 0 && means[column] === 0),
    constant: listWhere(deviations, (value, column) => value === 0 && means[column] !== 0),
    nearConstant: listWhere(deviations, (value) => value > 0 && value < least),
    variance: summariseVariance(deviations.map((value) => value ** 2)),
    squares: sharesOf(deviations.map((value, column) => value ** 2 + means[column]! ** 2)),
  };
}

function summariseNorms(norms: Float64Array): MatrixSummary['norms'] {
  const ascending = norms.slice().sort();
  const [min, p5, median, p95, max] = [0, 0.05, 0.5, 0.95, 1].map((share) => quantile(ascending, share)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const zero = norms.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
  return { min, p5, median, p95, max, zero, histogram: histogramOf(ascending) };
}

/** Bins of equal width from the least to the most; a constant is put in the middle of its own. */
function histogramOf(ascending: Float64Array): Histogram {
  const [least, most] = [ascending[0]!, ascending.at(-1)!];
  const margin = most > least ? 0 : Math.abs(least) / 2 || 0.5;
  const [from, width] = [least - margin, (most - least + 2 * margin) / BINS];
  const counts = Array.from({ length: BINS }, () => 0);
  for (const value of ascending) counts[Math.min(BINS - 1, Math.floor((value - from) / width))]! += 1;
  return { edges: Array.from({ length: BINS + 1 }, (_, edge) => from + edge * width), counts };
}

function listWhere(values: Float64Array, belongs: (value: number, column: number) => boolean): DimensionList {
  const found = [...values.keys()].filter((column) => belongs(values[column]!, column));
  return { count: found.length, first: found.slice(0, LISTED) };
}

function summariseVariance(variances: Float64Array): MatrixSummary['variance'] {
  const total = sum(variances);
  const descending = variances.toSorted().toReversed();
  const cumulative = new Float64Array(descending.length);
  descending.reduce((before, value, index) => (cumulative[index] = before + value), 0);
  const share = (dimensions: number): number => (total === 0 ? 0 : cumulative[dimensions - 1]! / total);
  const squares = sum(variances.map((value) => value ** 2));
  return {
    largest: sharesOf(variances),
    ten: share(Math.min(10, variances.length)),
    effective: squares === 0 ? 0 : total ** 2 / squares,
    cumulative: countsUpTo(variances.length).map((dimensions) => ({ dimensions, share: share(dimensions) })),
  };
}

/** About fifty numbers from 1 to `most`, evenly spaced in the logarithm. */
const countsUpTo = (most: number): number[] => [
  ...new Set(Array.from({ length: 50 }, (_, step) => Math.round(most ** (step / 49)))),
];

function sharesOf(values: Float64Array): DimensionShare[] {
  const total = sum(values);
  if (total === 0) return [];
  return [...largest(values, 5)].map((dimension) => ({ dimension, share: values[dimension]! / total }));
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

const medianOf = (values: Float64Array): number => (values.length === 0 ? 0 : quantile(values.slice().sort(), 0.5));
