import { VEGA_LITE_SCHEMA } from '../../src/figures/figure-style.ts';
import type { Panel } from './panels.ts';

/** Dots of one colour. */
interface Dots {
  readonly colour: string;
  readonly size: number;
  readonly points: readonly (readonly [number, number])[];
}

export interface DotsPanel {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly domain: readonly [readonly [number, number], readonly [number, number]];
  /** Drawn in this order. */
  readonly layers: readonly Dots[];
}

const SIZE = { width: 230, height: 230 } as const;

/** A scatter: each layer is one line of strokes without length, which takes a tenth of the room of a mark a dot. */
export const dotsPanel = ({ title, x, y, domain, layers }: DotsPanel): Panel =>
  ({
    $schema: VEGA_LITE_SCHEMA,
    ...SIZE,
    title,
    layer: layers.map(({ colour, size, points }) => ({
      data: { values: points.flatMap(strokeAt).map((point, at) => ({ ...point, at })) },
      mark: {
        type: 'line',
        color: colour,
        strokeWidth: size,
        strokeCap: 'round',
        clip: true,
        aria: false,
        invalid: 'break-paths-show-path-domains',
      },
      encoding: {
        x: axis('x', x, domain[0]),
        y: axis('y', y, domain[1]),
        order: { field: 'at', type: 'quantitative' },
      },
    })),
  }) as unknown as Panel;

const strokeAt = ([x, y]: readonly [number, number]) => [
  { x, y },
  { x, y },
  { x: null, y: null },
];

const axis = (field: string, title: string, domain: readonly [number, number]): object => ({
  field,
  type: 'quantitative',
  title,
  scale: { domain, nice: false, zero: false },
  axis: { grid: false, tickCount: 4, title },
});
