#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { BalpmError, EXIT_STATUS } from './base/errors.ts';
import { VERSION } from './base/package-info.ts';
import type { CommandIo } from './cli/command.ts';
import { COMMANDS } from './cli/index.ts';
import { listenForStop } from './cli/stop-signals.ts';
import { terminal } from './cli/terminal.ts';

/** Runs the command line; the exit status is left in `process.exitCode`. */
async function main(argv: readonly string[]): Promise<void> {
  const stop = listenForStop(terminal.note);
  try {
    const program = createProgram();
    await addCommands(program, argv, createIo(stop.signal));
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = reportFailure(error, stop.status());
  } finally {
    stop.close();
  }
}

function createProgram(): Command {
  return new Command('balpm')
    .description('Choose the answer pairs worth a person’s label, and say honestly whether that beat random.')
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.printText(text.trimEnd()),
      writeErr: (text) => terminal.printText(text.trimEnd()),
      outputError: (text) => text.trimEnd().split(SUGGESTION).forEach(terminal.note),
    })
    .showSuggestionAfterError()
    .helpCommand(false)
    .addHelpText('after', '\nFirst steps: npm run quickstart · balpm doctor · docs/README.md');
}

/** Where commander begins a line of its own. */
const SUGGESTION = /\n(?=\(Did you mean)/;

/** Adds every command by name; only the one that was asked for is loaded. */
async function addCommands(program: Command, argv: readonly string[], io: CommandIo): Promise<void> {
  const wanted = argv.find((word) => !word.startsWith('-'));
  for (const entry of COMMANDS) {
    const command = program.command(entry.name).description(entry.summary);
    if (entry.name === wanted) (await entry.load()).register(command, io);
  }
}

function createIo(signal: AbortSignal): CommandIo {
  return {
    print: (line, sign) => terminal.printLines([line], sign),
    printLines: (lines) => terminal.printLines(lines),
    printText: terminal.printText,
    printDocument: (document) => terminal.printText(JSON.stringify({ schemaVersion: 1, ...document }, null, 2)),
    note: terminal.note,
    exitWith: (status) => {
      process.exitCode = status;
    },
    signal,
  };
}

/** Says what went wrong, in one line, and returns the exit status. */
function reportFailure(error: unknown, stopStatus: number | undefined): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_STATUS.usage;
  if (error instanceof BalpmError && error.kind !== 'internal') {
    terminal.note(`error: ${error.message}`);
    return error.kind === 'stopped' && stopStatus !== undefined ? stopStatus : error.exitStatus;
  }
  terminal.note(
    `error: this is a fault of balpm, please report it\n${error instanceof Error ? error.stack : String(error)}`,
  );
  return EXIT_STATUS.internal;
}

terminal.outliveReaders();
await main(process.argv.slice(2));
