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
  const bars = [...svg.matchAll(/<path aria-label="[^"]*count: (\d+)"[^>]* d="M[^v]*v([\d.]+)[^>]*fill="#123456"/g)];
  const highest = Number(bars[0]?.[2]);
  expect(highest).toBeGreaterThan(0);
  expect(bars.map(([, count, height]) => [count, Number(height) / highest])).toEqual([
    ['5', 1],
    ['0', 0],
    ['2', 0.4],
  ]);
  expect(svg).toContain('>Norms<');
  expect(await renderSvg(figure)).toBe(svg);
});
