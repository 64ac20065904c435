import { Command, type OutputConfiguration } from 'commander';
import { commandHere } from '../base/command-here.ts';
import { VERSION } from '../base/package-info.ts';
import type { CommandIo } from './command.ts';
import { COMMANDS } from './index.ts';

/** Runs one command line. @throws whatever the command throws, CommanderError for wrong usage and after help. */
export async function runCommandLine(
  argv: readonly string[],
  io: CommandIo,
  output: OutputConfiguration = {},
): Promise<void> {
  const program = createProgram(output);
  const typed = argv[0] === COMPLETE ? argv.slice(argv[1] === '--' ? 2 : 1) : argv;
  await addCommands(program, typed, io);
  if (argv[0] === COMPLETE) (await import('./completion/complete-words.ts')).completeWords(program, typed, io);
  else await program.parseAsync(argv, { from: 'user' });
}

/** What the scripts of `balpm completion` call, the words typed so far behind it. */
const COMPLETE = 'complete';

const createProgram = (output: OutputConfiguration): Command =>
  new Command('balpm')
    .description('Choose the answer pairs worth a person’s label, and say honestly whether that beat random.')
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text), ...output })
    .showSuggestionAfterError()
    .helpCommand(false)
    .addHelpText(
      'after',
      `\nFirst steps: ${['setup', 'quickstart', 'doctor'].map((name) => commandHere(name)).join(' · ')} · docs/README.md`,
    );

/** Adds every command by name; only the one that was asked for is loaded. */
async function addCommands(program: Command, argv: readonly string[], io: CommandIo): Promise<void> {
  const wanted = argv.find((word) => !word.startsWith('-'));
  for (const entry of COMMANDS) {
    const command = program.command(entry.name).description(entry.summary);
    if (entry.name === wanted) (await entry.load()).register(command, io);
  }
}
