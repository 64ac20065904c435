import type { TopLevelSpec } from 'vega-lite';
import type { LineDrawing } from './drawing.ts';
import type { Figure } from './figure.ts';
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

interface AxisOptions {
  readonly title: string;
  /** d3 number format. */
  readonly format: string;
  readonly values?: readonly number[];
  /** No value can lie outside: intervals and the axis end here (y only). */
  readonly within?: readonly [number, number];
}

const SIZE = { width: 400, height: 240 } as const;
const LABEL_GAP_PX = 14;

/** Lines over a common axis, each named at its right end in its own colour: as a Vega-Lite document and as plain data. */
export function lineFigure(figure: LineFigure): Pick<Figure, 'spec' | 'drawing'> {
  const clamped = {
    ...figure,
    series: figure.series.map((series) => clampedTo(figure.y.within ?? EVERYTHING, series)),
  };
  const domain = valueDomain(figure);
  return { spec: specOf(clamped, domain), drawing: drawingOf(clamped, domain) };
}

function clampedTo([least, most]: Domain, series: Series): Series {
  const clamp = (bound: number | null): number | null =>
    bound === null ? null : Math.min(most, Math.max(least, bound));
  const points = series.points.map(({ x, value, low, high }) => ({ x, value, low: clamp(low), high: clamp(high) }));
  return { ...series, points };
}

function specOf(figure: LineFigure, domain: Domain): TopLevelSpec {
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
    data: { values: figure.series.flatMap(({ name, points }) => points.map((point) => ({ series: name, ...point }))) },
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

/** Points without a number are left out: they are gaps in a picture, and no JSON. */
function drawingOf(figure: LineFigure, domain: Domain): LineDrawing {
  const { x, y, interval, guide = [] } = figure;
  return {
    kind: 'lines',
    x: { title: x.title, format: x.format, values: x.values ?? null, domain: xDomain(figure) },
    y: { title: y.title, format: y.format, values: y.values ?? null, domain },
    interval,
    series: figure.series.map(({ name, colour, points }) => ({
      name,
      colour,
      points: points.filter(({ value }) => Number.isFinite(value)),
    })),
    guide,
    labels: endLabels(figure, domain),
  };
}

type Domain = readonly [number, number];

const EVERYTHING: Domain = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

function valueDomain({ series, guide, y }: LineFigure): Domain {
  const [least, most] = y.within ?? EVERYTHING;
  const points = series.flatMap((one) => one.points);
  const values = points
    .flatMap(({ value, low, high }) => [value, low ?? value, high ?? value])
    .concat((guide ?? []).map((point) => point.y))
    .filter(Number.isFinite);
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
function xDomain({ series, interval, guide }: LineFigure): Domain {
  const positions = [...series.flatMap(({ points }) => points), ...(guide ?? [])].map((point) => point.x);
  const [first, last] = [Math.min(...positions), Math.max(...positions)];
  const margin = interval === 'bar' ? (last - first) * 0.03 : 0;
  return [first - margin, last + margin];
}

function xEncoding(figure: LineFigure): object {
  const scale = { domain: xDomain(figure), nice: false, zero: false };
  return { field: 'x', type: 'quantitative', scale, axis: axisOf(figure.x, { grid: false, tickCount: 6 }) };
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

/** Names at the right end, at the height of the last point where they do not overlap. */
function endLabels(figure: LineFigure, domain: Domain): { series: string; x: number; y: number }[] {
  const drawn = figure.series.filter(({ points }) => points.length > 0);
  const gap = (LABEL_GAP_PX / SIZE.height) * (domain[1] - domain[0]);
  const heights = spreadLabels(
    drawn.map(({ points }) => points.at(-1)?.value ?? 0),
    gap,
  );
  const end = Math.max(...drawn.map(({ points }) => points.at(-1)?.x ?? 0));
  return drawn.map(({ name }, index) => ({ series: name, x: end, y: heights[index] as number }));
}

const labelLayer = (figure: LineFigure, domain: Domain): object => ({
  data: { values: endLabels(figure, domain) },
  mark: { type: 'text', align: 'left', baseline: 'middle', dx: 10, fontSize: 12, fontWeight: 600 },
  encoding: { y: yEncoding('y', figure, domain), text: { field: 'series' } },
});
