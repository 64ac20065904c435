import type { TopLevelSpec } from 'vega-lite';
import { FIGURE_STYLE, VEGA_LITE_SCHEMA } from '../../src/figures/figure-style.ts';
import { renderSvg } from '../../src/figures/render-svg.ts';
import { compactSvg } from './compact-svg.ts';

/** A figure of the pages: its file name without extension, its SVG, and what stands below it. */
export interface PageFigure {
  readonly name: string;
  readonly svg: string;
  readonly caption: string;
}

/** One panel: a Vega-Lite document of a figure, whose schema and style count for all panels and are left out. */
export type Panel = TopLevelSpec;

/** Draws panels side by side on white, since pages show pictures outside the reach of their colours. */
export async function renderPanels(panels: readonly Panel[]): Promise<string> {
  const bare = panels.map((panel) => {
    const { $schema: _schema, config: _config, ...rest } = panel;
    return rest;
  });
  const spec = {
    $schema: VEGA_LITE_SCHEMA,
    hconcat: bare,
    spacing: 16,
    resolve: { scale: { color: 'independent' } },
    config: { ...FIGURE_STYLE, background: 'white', padding: 12 },
  } as TopLevelSpec;
  return compactSvg(await renderSvg({ spec }));
}

/** A figure of the report at a width of which two fit beside each other on a page. */
export const narrowed = (panel: Panel): Panel => ({ ...panel, width: 290 });
