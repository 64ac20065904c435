import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { POLICIES } from '../../../src/acquisition/index.ts';
import type { PolicyDefinition } from '../../../src/acquisition/policy.ts';
import { OPTION_TITLES, optionRows } from './option-rows.ts';
import { code, listCode, renderPage, renderTable } from './render-page.ts';

/** Every policy: its rule in one line, what it needs, its options. */
export const policiesPage = (): string =>
  renderPage(
    'Policies',
    'Every policy (`acquisition.policy`), what a run must supply for it, and its options (the block `acquisition.NAME`). Needs are those of the default options. [Acquisition](../explanation/acquisition.md) explains how to choose one.',
    [`## Needs\n\n${needsTable()}`, ...POLICIES.map(renderOptions)],
  );

const needsTable = (): string =>
  renderTable(
    ['policy', 'picks', 'measures', 'neighbours per row', 'samples', 'features', 'inclusion probability'],
    POLICIES.map(({ name, summary, noInclusion }) => {
      const { measures, neighbours, samples, features, targets } = createPolicy(name).needs;
      return [
        code(name),
        summary,
        listCode(measures),
        neighbours === 0 ? '–' : `${neighbours}`,
        samples ? (targets ? 'yes, of an evaluated split too' : 'yes') : '–',
        features ?? '–',
        noInclusion ?? 'yes',
      ];
    }),
  );

function renderOptions({ name, options }: PolicyDefinition): string {
  const rows = optionRows(options.shape);
  return `## ${code(name)}\n\n${rows.length === 0 ? 'No options.' : renderTable(OPTION_TITLES, rows)}`;
}
