import type { Figure } from '../../figures/figure.ts';
import { histogram } from '../../figures/histogram.ts';
import { lineFigure } from '../../figures/line-figure.ts';
import { policyColours } from '../../figures/palette.ts';
import type { QualityFindings } from '../quality-document.ts';

/** A figure of the page, which is drawn as SVG only. */
export type QualityFigure = Omit<Figure, 'drawing'>;

/** Figures of the page by the section they belong to. */
export interface QualityFigures {
  readonly norms: readonly QualityFigure[];
  readonly variance: readonly QualityFigure[];
}

const MATRICES = ['prompts', 'responses'] as const;
const COLOURS = policyColours(MATRICES, null);

/** Histograms of the norms, and how the variance gathers in the largest dimensions. */
export const qualityFigures = (findings: Pick<QualityFindings, 'prompts' | 'responses'>): QualityFigures => ({
  norms: MATRICES.map((name) => ({
    name: `norms-${name}`,
    title: `Norms of ${name}`,
    caption: `Euclidean norms of all ${findings[name].rows.toLocaleString('en-US')} rows, in ${findings[name].norms.histogram.counts.length} bins of equal width from the least to the most.`,
    ...histogram({
      title: `Norms of ${name}`,
      x: 'Euclidean norm',
      y: name,
      colour: COLOURS.get(name) as string,
      histogram: findings[name].norms.histogram,
    }),
  })),
  variance: [cumulativeVariance(findings)],
});

function cumulativeVariance(findings: Pick<QualityFindings, 'prompts' | 'responses'>): QualityFigure {
  const series = MATRICES.map((name) => ({
    name,
    colour: COLOURS.get(name) as string,
    points: findings[name].variance.cumulative.map(({ dimensions, share }) => ({
      x: dimensions / findings[name].columns,
      value: share,
      low: null,
      high: null,
    })),
  }));
  return {
    name: 'variance',
    title: 'Variance in the largest dimensions',
    caption:
      'Dimensions in order of their variance, largest first; on the dashed line all of them have the same. A line that jumps up at the left is a space of a few massive dimensions.',
    ...lineFigure({
      title: 'Variance in the largest dimensions',
      x: { title: 'share of dimensions', format: '.0%' },
      y: { title: 'share of variance', format: '.0%', within: [0, 1] },
      series,
      interval: 'band',
      guide: [0, 1].map((value) => ({ x: value, y: value })),
    }),
  };
}
