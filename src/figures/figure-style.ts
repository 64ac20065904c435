import type { Config } from 'vega-lite';

const FIGURE_FONT = 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';
export const VEGA_LITE_SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

/** Text and rules take the colour of the page around them, so that one figure serves light, dark and print. */
export const FIGURE_STYLE: Config = {
  background: 'transparent',
  font: FIGURE_FONT,
  view: { stroke: null },
  title: { color: 'currentColor', anchor: 'start', fontSize: 13, fontWeight: 600, offset: 10 },
  axis: {
    labelColor: 'currentColor',
    titleColor: 'currentColor',
    tickColor: 'currentColor',
    domainColor: 'currentColor',
    gridColor: 'currentColor',
    gridOpacity: 0.12,
    domainOpacity: 0.5,
    tickOpacity: 0.5,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelLimit: 240,
  },
};
