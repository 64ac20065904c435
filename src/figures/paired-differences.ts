import type { TopLevelSpec } from 'vega-lite';
import type { Result } from '../evaluation/comparison.ts';
import { CURVE_METRIC_TRAITS } from '../evaluation/metrics/curve-metrics.ts';
import type { Figure } from './figure.ts';
import { figureName } from './figure-name.ts';
import { FIGURE_STYLE, VEGA_LITE_SCHEMA } from './figure-style.ts';

/** Difference of the area under the curve to the baseline, one dot a seed, the mean and its 95 % interval. */
export function pairedDifferences(
  result: Result,
  baseline: string,
  colours: ReadonlyMap<string, string>,
): Figure | null {
  const compared = result.policies.flatMap(({ policy, againstBaseline }) =>
    againstBaseline ? [{ policy, ...againstBaseline.difference }] : [],
  );
  if (compared.length === 0) return null;
  const { title, unit } = CURVE_METRIC_TRAITS[result.metric];
  const names = compared.map(({ policy }) => policy);
  const axis = `difference of the area under the curve${unit ? ` (${unit})` : ''}`;
  return {
    name: figureName('paired', result.metric, result.split),
    title: `Difference to ${baseline} on ${result.split}, by seed`,
    caption: `Each dot is one seed: area under the ${title} curve minus ${baseline}'s with the same seed. Bar: mean and its 95 % bootstrap interval.`,
    spec: {
      $schema: VEGA_LITE_SCHEMA,
      width: 400,
      height: { step: 40 },
      title: `Difference to ${baseline} on ${result.split}, by seed`,
      encoding: rowsByPolicy(names, colours),
      layer: [zeroLayer(), ...markLayers(compared, axis)],
      config: FIGURE_STYLE,
    } as TopLevelSpec,
    drawing: {
      kind: 'differences',
      title: axis,
      rows: compared.map(({ policy, bySeed, value, low, high }) => ({
        name: policy,
        colour: colours.get(policy) as string,
        bySeed: bySeed.map((seed) => seed.value),
        value,
        low,
        high,
      })),
    },
  };
}

/** One row per policy, in its colour. */
const rowsByPolicy = (names: readonly string[], colours: ReadonlyMap<string, string>): object => ({
  y: {
    field: 'policy',
    type: 'nominal',
    sort: names,
    title: null,
    axis: { labelFontSize: 12, ticks: false, domain: false },
  },
  color: {
    field: 'policy',
    type: 'nominal',
    legend: null,
    scale: { domain: names, range: names.map((name) => colours.get(name)) },
  },
});

interface Compared {
  readonly policy: string;
  readonly bySeed: readonly { readonly seed: number; readonly value: number }[];
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

const zeroLayer = (): object => ({
  data: { values: [{ zero: 0 }] },
  mark: { type: 'rule', color: 'currentColor', opacity: 0.5, strokeDash: [4, 4] },
  encoding: { x: { field: 'zero', type: 'quantitative' }, y: null, color: { value: 'currentColor' } },
});

function markLayers(compared: readonly Compared[], title: string): object[] {
  const x = (field: string): object => ({
    field,
    type: 'quantitative',
    title,
    scale: { zero: false, padding: 10 },
    axis: { tickCount: 6 },
  });
  const dots = compared.flatMap(({ policy, bySeed }) => bySeed.map(({ seed, value }) => ({ policy, seed, value })));
  const means = compared.map(({ policy, value, low, high }) => ({ policy, value, low, high }));
  return [
    {
      data: { values: means.filter(({ low, high }) => low !== null && high !== null) },
      mark: { type: 'bar', height: 6, opacity: 0.35, cornerRadius: 2 },
      encoding: { x: x('low'), x2: { field: 'high' } },
    },
    {
      data: { values: dots },
      mark: { type: 'point', filled: true, size: 46, opacity: 0.75 },
      encoding: { x: x('value') },
    },
    { data: { values: means }, mark: { type: 'tick', thickness: 3, height: 20 }, encoding: { x: x('value') } },
  ];
}
