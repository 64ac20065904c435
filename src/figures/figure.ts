import type { TopLevelSpec } from 'vega-lite';

/** A figure as data: `spec` is a Vega-Lite document that opens in the Vega editor as it is. */
export interface Figure {
  /** File name without extension. */
  readonly name: string;
  readonly title: string;
  /** What is shown and how, one or two sentences. */
  readonly caption: string;
  readonly spec: TopLevelSpec;
}
