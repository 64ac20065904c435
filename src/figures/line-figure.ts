import type { TopLevelSpec } from 'vega-lite';
import { FIGURE_STYLE, VEGA_LITE_SCHEMA } from './figure-style.ts';
import { spreadLabels } from './spread-labels.ts';

/** One line with its band; bounds are null where there is no interval. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly SeriesPoint[];
}

export interface SeriesPoint {
  readonly x: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface LineFigure {
  readonly title: string;
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  readonly series: readonly Series[];
  /** How intervals are drawn: a band for curves, a bar a point for few points. */
  readonly interval: 'band' | 'bar';
  /** A thin dashed line that stands for "nothing gained" or "perfect". */
  readonly guide?: readonly { readonly x: number; readonly y: number }[];
}

export interface AxisOptions {
  readonly title: string;
  /** d3 number format. */
  readonly format: string;
  readonly values?: readonly number[];
  /** No value can lie outside: intervals and the axis end here (y only). */
  readonly within?: readonly [number, number];
}

const SIZE = { width: 400, height: 240 } as const;
const LABEL_GAP_PX = 14;

/** A Vega-Lite document of lines over a common axis, each named at its right end in its own colour. */
export function lineFigure(figure: LineFigure): TopLevelSpec {
  const [least, most] = figure.y.within ?? EVERYTHING;
  const clamp = (bound: number | null): number | null =>
    bound === null ? null : Math.min(most, Math.max(least, bound));
  const rows = figure.series.flatMap(({ name, points }) =>
    points.map(({ x, value, low, high }) => ({ series: name, x, value, low: clamp(low), high: clamp(high) })),
  );
  const domain = valueDomain(figure);
  const names = figure.series.map((series) => series.name);
  const colour = {
    field: 'series',
    type: 'nominal',
    scale: { domain: names, range: figure.series.map((series) => series.colour) },
    legend: null,
  };
  return {
    $schema: VEGA_LITE_SCHEMA,
    ...SIZE,
    title: figure.title,
    data: { values: rows },
    encoding: { x: xEncoding(figure), color: colour },
    layer: [
      ...guideLayer(figure, domain),
      intervalLayer(figure, domain),
      lineLayer(figure, domain),
      labelLayer(figure, domain),
    ],
    config: FIGURE_STYLE,
  } as TopLevelSpec;
}

type Domain = readonly [number, number];

const EVERYTHING: Domain = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

function valueDomain({ series, guide, y }: LineFigure): Domain {
  const [least, most] = y.within ?? EVERYTHING;
  const points = series.flatMap((one) => one.points);
  const values = points
    .flatMap(({ value, low, high }) => [value, low ?? value, high ?? value])
    .concat((guide ?? []).map((point) => point.y));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low || Math.abs(high) || 1) * 0.06;
  return [Math.max(least, low - margin), Math.min(most, high + margin)];
}

const axisOf = ({ title, format, values }: AxisOptions, more: object): object => ({
  title,
  format,
  ...(values ? { values } : {}),
  ...more,
});

/** The axis spans what is drawn on it, the guide too: a mark outside the domain would widen the picture without end. */
function xEncoding({ x, series, interval, guide }: LineFigure): object {
  const positions = [...series.flatMap(({ points }) => points), ...(guide ?? [])].map((point) => point.x);
  const [first, last] = [Math.min(...positions), Math.max(...positions)];
  const margin = interval === 'bar' ? (last - first) * 0.03 : 0;
  const scale = { domain: [first - margin, last + margin], nice: false, zero: false };
  return { field: 'x', type: 'quantitative', scale, axis: axisOf(x, { grid: false, tickCount: 6 }) };
}

/** Every layer states the whole axis: Vega-Lite joins the layers' titles, and one silent layer would silence them all. */
const yEncoding = (field: string, { y }: LineFigure, domain: Domain): object => ({
  field,
  type: 'quantitative',
  title: y.title,
  scale: { domain, nice: false, zero: false },
  axis: axisOf(y, { tickCount: 6 }),
});

function guideLayer(figure: LineFigure, domain: Domain): object[] {
  if (!figure.guide) return [];
  const mark = { type: 'line', color: 'currentColor', opacity: 0.5, strokeDash: [4, 4], strokeWidth: 1 };
  return [
    {
      data: { values: figure.guide },
      mark,
      encoding: { y: yEncoding('y', figure, domain), color: { value: 'currentColor' } },
    },
  ];
}

function intervalLayer(figure: LineFigure, domain: Domain): object {
  const band = { type: 'area', opacity: 0.18, line: false };
  return {
    transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
    mark: figure.interval === 'band' ? band : { type: 'rule', strokeWidth: 2, opacity: 0.55 },
    encoding: { y: yEncoding('low', figure, domain), y2: { field: 'high' } },
  };
}

function lineLayer(figure: LineFigure, domain: Domain): object {
  const point = figure.interval === 'bar' ? { filled: true, size: 40 } : false;
  return {
    mark: { type: 'line', strokeWidth: 2, strokeJoin: 'round', point },
    encoding: { y: yEncoding('value', figure, domain) },
  };
}

function labelLayer(figure: LineFigure, domain: Domain): object {
  const drawn = figure.series.filter(({ points }) => points.length > 0);
  const gap = (LABEL_GAP_PX / SIZE.height) * (domain[1] - domain[0]);
  const heights = spreadLabels(
    drawn.map(({ points }) => points.at(-1)?.value ?? 0),
    gap,
  );
  const end = Math.max(...drawn.map(({ points }) => points.at(-1)?.x ?? 0));
  return {
    data: { values: drawn.map(({ name }, index) => ({ series: name, x: end, y: heights[index] })) },
    mark: { type: 'text', align: 'left', baseline: 'middle', dx: 10, fontSize: 12, fontWeight: 600 },
    encoding: { y: yEncoding('y', figure, domain), text: { field: 'series' } },
  };
}
