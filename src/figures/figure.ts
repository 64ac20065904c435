import type { TopLevelSpec } from 'vega-lite';
import type { Drawing } from './drawing.ts';

/** A figure as data: `spec` is a Vega-Lite document that opens in the Vega editor as it is. */
export interface Figure {
  /** File name without extension. */
  readonly name: string;
  readonly title: string;
  /** What is shown and how, one or two sentences. */
  readonly caption: string;
  readonly spec: TopLevelSpec;
  /** The same for a drawer that knows no Vega-Lite. */
  readonly drawing: Drawing;
}
