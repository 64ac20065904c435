import type { Comparison, Result } from '../evaluation/comparison.ts';
import { CURVE_METRIC_TRAITS } from '../evaluation/metrics/curve-metrics.ts';
import type { Figure } from './figure.ts';
import { figureName } from './figure-name.ts';
import { lineFigure } from './line-figure.ts';

/** Learning curve of one metric on one split: mean over seeds with its pointwise 95 % band. */
export function learningCurve(comparison: Comparison, result: Result, colours: ReadonlyMap<string, string>): Figure {
  const { title, unit, better } = CURVE_METRIC_TRAITS[result.metric];
  const series = result.policies.map(({ policy, curve }) => ({
    name: policy,
    colour: colours.get(policy) as string,
    points: curve.map((estimate, index) => ({ x: comparison.labels[index] as number, ...estimate })),
  }));
  return {
    name: figureName('curve', result.metric, result.split),
    title: `${capitalised(title)} on ${result.split}`,
    caption: `Mean over seeds with its 95 % Student interval at each round; ${better} is better.${boundWords(result)}`,
    ...lineFigure({
      title: `${capitalised(title)} on ${result.split}`,
      x: { title: 'labels acquired', format: ',d' },
      y: { title: unit ? `${title} (${unit})` : title, format: '.3f' },
      series,
      interval: 'band',
      ...(result.upperBound && { guide: acrossAt(result.upperBound.value, comparison.labels) }),
    }),
  };
}

const boundWords = ({ upperBound }: Result): string =>
  upperBound ? ' The dashed line is what training on the whole labelled pool comes to.' : '';

const acrossAt = (y: number, labels: readonly number[]) =>
  [labels[0] as number, labels.at(-1) as number].map((x) => ({ x, y }));

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
