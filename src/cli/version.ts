import type { Command } from 'commander';
import { VERSION } from '../base/package-info.ts';
import type { CommandIo } from './command.ts';
import { withExamples } from './options/with-examples.ts';

/** `balpm version` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm version', 'balpm version --json']);
  command.option('--json', 'print one JSON document').action((options: { json?: boolean }) => {
    if (options.json) io.printDocument({ balpm: VERSION, node: process.versions.node });
    else io.print(`balpm ${VERSION} (node ${process.versions.node})`);
  });
}
