import type { Command } from 'commander';
import { ExperimentConfig } from '../../config/experiment.ts';
import { listKeys } from '../../config/list-keys.ts';
import { loadConfig } from '../../config/load.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../options/require-options.ts';
import { withExamples } from '../options/with-examples.ts';
import { type PresetFlags, withPreset } from '../options/with-preset.ts';
import { renderYaml } from './render-yaml.ts';

/** `balpm config check|show|keys` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm config keys', 'balpm config check -c configs/quickstart.yaml']);
  registerCheck(command, io);
  registerShow(command, io);
  registerKeys(command, io);
}

interface Options extends PresetFlags {
  readonly config: string;
  readonly json?: boolean;
}

function registerCheck(command: Command, io: CommandIo): void {
  withConfigFile(withExamples(command.command('check'), ['balpm config check -c configs/quickstart.yaml seed=17']))
    .description('validate a configuration and its overrides')
    .action(async (overrides: string[], { config, preset, json }: Options) => {
      await loadConfig(config, overrides, preset);
      if (json) io.printDocument({ config, valid: true });
      else io.print(`${config}: valid`);
    });
}

function registerShow(command: Command, io: CommandIo): void {
  withConfigFile(
    withExamples(command.command('show'), [
      'balpm config show -c configs/quickstart.yaml ~seed --json',
      'balpm config show -c exp.yaml --preset paper',
    ]),
  )
    .description('print the resolved configuration as YAML')
    .action(async (overrides: string[], options: Options) => {
      const { config } = await loadConfig(options.config, overrides, options.preset);
      if (options.json) io.printDocument({ config });
      else io.printText(renderYaml(config).trimEnd());
    });
}

function registerKeys(command: Command, io: CommandIo): void {
  withExamples(command.command('keys'), ['balpm config keys', 'balpm config keys --json'])
    .description('list every key with its default and meaning')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) => {
      const keys = listKeys(ExperimentConfig);
      if (options.json) io.printDocument({ keys });
      else for (const key of keys) io.print(`${key.key.padEnd(44)} ${key.default.padEnd(16)} ${key.meaning}`);
    });
}

const withConfigFile = (command: Command): Command =>
  withPreset(command)
    .option('-c, --config <file>', 'configuration (YAML)')
    .hook('preAction', requireOptions('-c, --config <file>'))
    .argument('[key=value...]', 'overrides; ~key goes back to the default')
    .option('--json', 'print one JSON document');
