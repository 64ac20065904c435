import { expect, test } from 'vitest';
import { histogram } from '../../src/figures/histogram.ts';
import { renderSvg } from '../../src/figures/render-svg.ts';

test('histogram() draws a bar a bin, the same bytes every time', async () => {
  const edges = [0, 1, 2, 3];
  const figure = histogram({
    title: 'Norms',
    x: 'norm',
    y: 'rows',
    colour: '#123456',
    histogram: { edges, counts: [5, 0, 2] },
  });
  const svg = await renderSvg(figure);
  const bars = [...svg.matchAll(/<path aria-label="([^"]*)"[^>]*fill="#123456"/g)].map(([, label]) => label);
  expect(bars).toHaveLength(3);
  expect(svg).toContain('>Norms<');
  expect(await renderSvg(figure)).toBe(svg);
});
