import { OracleConfig } from '../../../src/oracle/config.ts';
import { OPTION_TITLES, optionRows } from './option-rows.ts';
import { code, renderPage, renderTable } from './render-page.ts';

/** Every source of labels with its options. */
export const oraclesPage = (): string =>
  renderPage(
    'Oracles',
    'An oracle is the source of labels (`oracle.type`). [Labels](../explanation/labels.md) explains the formats.',
    OracleConfig.options.map(({ shape: { type, ...options } }) => {
      const rows = optionRows(options);
      const table = rows.length === 0 ? 'No options.' : renderTable(OPTION_TITLES, rows);
      return `## ${code([...type.values].join(' '))}\n\n${type.description ?? ''}\n\n${table}`;
    }),
  );
