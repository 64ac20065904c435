import type { Command } from 'commander';
import { stringify } from 'yaml';
import { ExperimentConfig } from '../config/experiment.ts';
import { listKeys } from '../config/list-keys.ts';
import { loadConfig } from '../config/load.ts';
import type { CommandIo } from './command.ts';

/** `balpm config check|show|keys` */
export function register(command: Command, io: CommandIo): void {
  withConfigFile(command.command('check').description('validate a configuration and its overrides')).action(
    async (overrides: string[], options: { config: string }) => {
      await loadConfig(options.config, overrides);
      io.print(`${options.config}: valid`);
    },
  );
  withConfigFile(command.command('show').description('print the resolved configuration as YAML'))
    .option('--json', 'print one JSON document')
    .action(async (overrides: string[], options: { config: string; json?: boolean }) => {
      const { config } = await loadConfig(options.config, overrides);
      if (options.json) io.printDocument({ config });
      else io.print(stringify(config).trimEnd());
    });
  command
    .command('keys')
    .description('list every key with its default and meaning')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) => {
      const keys = listKeys(ExperimentConfig);
      if (options.json) io.printDocument({ keys });
      else for (const key of keys) io.print(`${key.key.padEnd(44)} ${key.default.padEnd(16)} ${key.meaning}`);
    });
}

const withConfigFile = (command: Command): Command =>
  command.requiredOption('-c, --config <file>', 'configuration (YAML)').argument('[key=value...]', 'overrides');
