import type { Figure } from './figure.ts';

/** Draws a figure as SVG text. Vega is loaded on first use; equal figures give equal bytes. */
export async function renderSvg({ spec }: Figure): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
