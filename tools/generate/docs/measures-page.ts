import { CURVE_METRIC_TRAITS } from '../../../src/evaluation/metrics/curve-metrics.ts';
import { SPLIT_MEASURES, SplitMetrics } from '../../../src/evaluation/metrics/split-metrics.ts';
import { MEASURES } from '../../../src/measures/index.ts';
import { code, renderPage, renderTable } from './render-page.ts';
import { isOptional, typeOf } from './type-of.ts';

/** Every measure that follows from posterior samples. */
export const measuresPage = (): string =>
  renderPage(
    'Measures',
    'A measure is a number per item, from posterior samples. Policies rank by it. [Acquisition](../explanation/acquisition.md#measures) has the definitions; `external:NAME` is a [column](../explanation/data.md#columns).',
    [
      renderTable(
        ['measure', 'unit', 'meaning'],
        Object.values(MEASURES).map(({ name, summary, unit }) => [code(name), unit, summary]),
      ),
    ],
  );

/** Every metric of a split in a round. */
export const metricsPage = (): string =>
  renderPage(
    'Metrics',
    'A metric is a number per round and split. [Evaluation](../explanation/evaluation.md#metrics-of-a-split) has the definitions.',
    [
      `## Learning curves\n\n${renderTable(
        ['metric', 'title', 'unit', 'better'],
        Object.entries(CURVE_METRIC_TRAITS).map(([name, { title, unit, better }]) => [
          code(name),
          title,
          unit ?? 'share in [0, 1]',
          better,
        ]),
      )}`,
      `## Every field of a split\n\nThe measures ${SPLIT_MEASURES.map(code).join(', ')} are means over the items.\n\n${renderTable(
        ['field', 'values', 'always'],
        Object.entries(SplitMetrics.shape).map(([name, schema]) => [
          code(name),
          typeOf(schema),
          isOptional(schema) ? '–' : 'yes',
        ]),
      )}`,
    ],
  );
