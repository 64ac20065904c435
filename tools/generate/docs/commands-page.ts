import { Command, type Option } from 'commander';
import type { CommandIo } from '../../../src/cli/command.ts';
import { COMMANDS } from '../../../src/cli/index.ts';
import { code, renderPage, renderTable } from './render-page.ts';

/** Every command with its examples, arguments and options. */
export async function commandsPage(): Promise<string> {
  const program = new Command('balpm').helpCommand(false);
  for (const { name, summary, load } of COMMANDS)
    (await load()).register(program.command(name).description(summary), NO_IO);
  return renderPage(
    'Commands',
    'Every command of `balpm`. `balpm COMMAND --help` prints the same. Results go to stdout, messages to stderr; `--json` prints one JSON document. [Exit statuses](errors.md#exit-statuses).',
    [
      renderTable(
        ['command', 'does'],
        COMMANDS.map(({ name, summary }) => [`[${code(name)}](#balpm-${name})`, summary]),
      ),
      ...program.commands.flatMap((command) => renderCommand(command, 'balpm')),
    ],
  );
}

// Registering a command adds options and actions; nothing is run, so nothing of this is called.
const NO_IO = {} as CommandIo;

function renderCommand(command: Command, parent: string): string[] {
  const name = `${parent} ${command.name()}`;
  const parts = [
    `## ${code(name)}`,
    command.description(),
    fence(examplesOf(command)),
    fence([`${name} ${command.usage()}`]),
    argumentsOf(command),
    optionsOf(command),
  ];
  return [
    parts.filter((part) => part !== '').join('\n\n'),
    ...command.commands.flatMap((child) => renderCommand(child, name)),
  ];
}

const fence = (lines: readonly string[]): string => (lines.length === 0 ? '' : ['```', ...lines, '```'].join('\n'));

/** The examples in front of its help. */
function examplesOf(command: Command): string[] {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  const lines = help.slice(0, help.indexOf('Usage: ')).split('\n');
  return lines.filter((line) => line.startsWith('  ')).map((line) => line.trim());
}

const argumentsOf = ({ registeredArguments }: Command): string =>
  registeredArguments.length === 0
    ? ''
    : renderTable(
        ['argument', 'meaning'],
        registeredArguments.map((each) => [code(each.name()), each.description]),
      );

function optionsOf({ options }: Command): string {
  const shown = options.filter(({ hidden }) => !hidden);
  if (shown.length === 0) return '';
  return renderTable(
    ['option', 'meaning', 'default'],
    shown.map((option) => [code(option.flags), meaningOf(option), defaultOf(option)]),
  );
}

const meaningOf = ({ description, argChoices }: Option): string =>
  argChoices === undefined ? description : `${description} (${argChoices.map(code).join(', ')})`;

/** The default as help shows it; those that depend on the machine and those of switches are left out. */
function defaultOf({ defaultValue, defaultValueDescription, description }: Option): string {
  if (defaultValue === undefined || typeof defaultValue === 'boolean' || /\bcores\b/.test(description)) return '';
  return code(defaultValueDescription ?? JSON.stringify(defaultValue));
}
