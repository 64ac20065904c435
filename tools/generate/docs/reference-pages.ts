import { commandsPage } from './commands-page.ts';
import { configurationPage } from './configuration-page.ts';
import { errorsPage } from './errors-page.ts';
import { eventsPage } from './events-page.ts';
import { measuresPage, metricsPage } from './measures-page.ts';
import { operationsPage } from './operations-page.ts';
import { oraclesPage } from './oracles-page.ts';
import { policiesPage } from './policies-page.ts';
import { noisePage, posteriorsPage } from './posteriors-page.ts';
import { runDirectoryPage } from './run-directory-page.ts';

/** Every generated page of the reference by its path from the repository's root; the same source gives the same bytes. */
export const referencePages = async (): Promise<Record<string, string>> => ({
  'docs/reference/commands.md': await commandsPage(),
  'docs/reference/configuration.md': configurationPage(),
  'docs/reference/errors.md': errorsPage(),
  'docs/reference/events.md': eventsPage(),
  'docs/reference/measures.md': measuresPage(),
  'docs/reference/metrics.md': metricsPage(),
  'docs/reference/noise-models.md': noisePage(),
  'docs/reference/operations.md': operationsPage(),
  'docs/reference/oracles.md': oraclesPage(),
  'docs/reference/policies.md': policiesPage(),
  'docs/reference/posteriors.md': posteriorsPage(),
  'docs/reference/run-directory.md': runDirectoryPage(),
});
