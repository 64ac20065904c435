import { Command } from 'commander';
import { COMMANDS } from '../../../src/cli/index.ts';
import { SILENT_IO } from '../silent-io.ts';

/** A command that does something, as commander's own tables have it. */
export interface ListedCommand {
  readonly words: readonly string[];
  readonly arguments: number;
  readonly options: readonly ListedOption[];
}

/** One option; `value` is what stands for its value in help ("<file>"), undefined for a switch. */
export interface ListedOption {
  readonly flag: string;
  readonly name: string;
  readonly value: string | undefined;
  readonly choices: readonly string[];
}

/** These make the checkout's own environment again, or run for a minute. */
const LEFT_OUT = new Set(['setup', 'quickstart']);

/** Every command with its options. */
export async function listCommands(): Promise<readonly ListedCommand[]> {
  const program = new Command();
  for (const { name, load } of COMMANDS.filter((entry) => !LEFT_OUT.has(entry.name)))
    (await load()).register(program.command(name), SILENT_IO);
  return program.commands.flatMap((command) => leavesOf(command, []));
}

function leavesOf(command: Command, before: readonly string[]): ListedCommand[] {
  const words = [...before, command.name()];
  if (command.commands.length > 0) return command.commands.flatMap((inner) => leavesOf(inner, words));
  const options = command.options.map(({ long, short, flags, argChoices }) => ({
    flag: long ?? short ?? '',
    name: (long ?? '').slice(2),
    value: /[<[].*$/.exec(flags)?.[0],
    choices: argChoices ?? [],
  }));
  return [{ words, arguments: command.registeredArguments.length, options }];
}
