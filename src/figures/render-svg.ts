import { printable } from '../base/text/printable.ts';
import type { Figure } from './figure.ts';

/** Draws a figure as SVG text. Vega is loaded on first use; equal figures give equal bytes. */
export async function renderSvg({ spec }: Pick<Figure, 'spec'>): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  (vega as unknown as TextMeasuring).textMetrics.width = textWidth;
  const view = new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: 'none' });
  try {
    return printable(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** Documented by Vega (vega-scenegraph) but absent from its types. */
interface TextMeasuring {
  readonly textMetrics: { width: (item: TextItem, text: unknown) => number };
}

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

/**
 * Width of a text in px, on the generous side of DejaVu Sans, the widest of the usual fonts. Vega without a canvas takes
 * 0.8 em a character, which leaves holes in the layout; measuring with a real font would differ between machines.
 */
function textWidth(item: TextItem, text: unknown): number {
  const bold = item.fontWeight === 'bold' || Number(item.fontWeight) >= 600;
  return String(text).length * (item.fontSize ?? 11) * (bold ? 0.7 : 0.62);
}
