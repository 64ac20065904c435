import type { TopLevelSpec } from 'vega-lite';
import type { Figure } from './figure.ts';
import { FIGURE_STYLE, VEGA_LITE_SCHEMA } from './figure-style.ts';

/** Counts of values in neighbouring bins; `edges` has one number more than `counts`, ascending. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

export interface HistogramFigure {
  readonly title: string;
  /** What the values are. */
  readonly x: string;
  /** What is counted. */
  readonly y: string;
  readonly colour: string;
  readonly histogram: Histogram;
}

const SIZE = { width: 400, height: 200 } as const;

/** Bars that touch, one a bin, over a count axis that begins at zero. */
export function histogram({
  title,
  x,
  y,
  colour,
  histogram: { edges, counts },
}: HistogramFigure): Pick<Figure, 'spec'> {
  const bars = counts.map((count, bin) => ({ from: edges[bin], to: edges[bin + 1], count }));
  const spec = {
    $schema: VEGA_LITE_SCHEMA,
    ...SIZE,
    title,
    data: { values: bars },
    mark: { type: 'bar', color: colour, binSpacing: 1 },
    encoding: {
      x: {
        field: 'from',
        type: 'quantitative',
        bin: { binned: true },
        scale: { domain: [edges[0], edges.at(-1)], nice: false, zero: false },
        axis: { title: x, grid: false, tickCount: 6, format: '~g' },
      },
      x2: { field: 'to' },
      y: { field: 'count', type: 'quantitative', axis: { title: y, tickCount: 5, format: ',d' } },
    },
    config: FIGURE_STYLE,
  } as TopLevelSpec;
  return { spec };
}
