import { ExperimentConfig } from '../../../src/config/experiment.ts';
import { listKeys } from '../../../src/config/list-keys.ts';
import { code, renderPage, renderTable } from './render-page.ts';

/** Every key of a configuration, by block. */
export function configurationPage(): string {
  const keys = listKeys(ExperimentConfig);
  const blocks = [...new Set(keys.map(({ key }) => blockOf(key)))];
  const parts = blocks.map(
    (block) =>
      `## ${block === '' ? 'Top level' : code(block)}\n\n${renderTable(
        ['key', 'default', 'meaning'],
        keys
          .filter(({ key }) => blockOf(key) === block)
          .map((row) => [code(row.key), row.default === '(required)' ? 'required' : code(row.default), row.meaning]),
      )}`,
  );
  return renderPage(
    'Configuration keys',
    'Every key of an experiment, with its default and its meaning. `balpm config keys` prints the same list. [Runs](../explanation/running.md#configuration) explains how files, presets and overrides combine.',
    parts,
  );
}

/** The block of a key: its first part; of policies and posteriors the second too. */
function blockOf(key: string): string {
  const [first = '', second, third] = key.split('.');
  if (second === undefined) return '';
  return third !== undefined && (first === 'acquisition' || first === 'posterior') ? `${first}.${second}` : first;
}
