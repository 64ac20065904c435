import { POSTERIORS } from '../../../src/posterior/index.ts';
import { NOISE_MODELS } from '../../../src/posterior/noise/index.ts';
import type { PosteriorDefinition } from '../../../src/posterior/posterior.ts';
import { OPTION_TITLES, optionRows } from './option-rows.ts';
import { code, listCode, renderPage, renderTable } from './render-page.ts';

/** Every kind of posterior with its traits and options. */
export function posteriorsPage(): string {
  const kinds: [string, PosteriorDefinition][] = Object.entries(POSTERIORS);
  return renderPage(
    'Posteriors',
    'Every kind of posterior (`posterior.type`) and its options (keys of `posterior`). [Posterior](../explanation/posterior.md) explains how to choose one.',
    [
      renderTable(
        [
          'kind',
          'samples are',
          'measures',
          'latent space',
          'noise by default',
          'ties modelled',
          'uses validation labels',
        ],
        kinds.map(([name, kind]) => [
          code(name),
          kind.summary,
          listCode(kind.measures),
          yes(kind.hasLatentSpace),
          code(kind.defaultNoise),
          yes(kind.hasTieModel === true),
          yes(kind.learnsFrom.validation),
        ]),
      ),
      ...kinds.map(([name, { options }]) => renderOptions(name, options)),
    ],
  );
}

/** Every noise model with its options. */
export const noisePage = (): string =>
  renderPage(
    'Noise models',
    'Every noise model (`posterior.noise.type`) and its options (keys of `posterior.noise`). [Posterior](../explanation/posterior.md) explains when each helps.',
    [
      renderTable(
        ['model', 'assumption', 'needs distances', 'convex loss'],
        Object.entries(NOISE_MODELS).map(([name, model]) => [
          code(name),
          model.summary,
          yes(model.needsDistances),
          yes(model.isConvex),
        ]),
      ),
      ...Object.entries(NOISE_MODELS).map(([name, { options }]) => renderOptions(name, options)),
    ],
  );

const yes = (is: boolean): string => (is ? 'yes' : '–');

function renderOptions(name: string, options: PosteriorDefinition['options']): string {
  const rows = optionRows(options);
  return `## ${code(name)}\n\n${rows.length === 0 ? 'No options.' : renderTable(OPTION_TITLES, rows)}`;
}
