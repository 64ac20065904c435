#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { BalpmError, EXIT_STATUS } from './base/errors.ts';
import { VERSION } from './base/package-info.ts';
import type { CommandIo } from './cli/command.ts';
import { COMMANDS } from './cli/index.ts';
import { refuseForeignBytes } from './cli/refuse-foreign-bytes.ts';
import { listenForStop } from './cli/stop-signals.ts';

/** Runs the command line; the exit status is left in `process.exitCode`. */
async function main(argv: readonly string[]): Promise<void> {
  const stop = listenForStop();
  try {
    refuseForeignBytes(argv);
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
    .configureOutput({ outputError: (text, write) => write(text) })
    .showSuggestionAfterError()
    .helpCommand(false)
    .addHelpText('after', '\nFirst steps: npm run quickstart · balpm doctor · docs/README.md');
}

/** Adds every command by name; only the one that was asked for is loaded. */
async function addCommands(program: Command, argv: readonly string[], io: CommandIo): Promise<void> {
  const wanted = argv.find((word) => !word.startsWith('-'));
  for (const entry of COMMANDS) {
    const command = program.command(entry.name).description(entry.summary);
    if (entry.name === wanted) (await entry.load()).register(command, io);
  }
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function createIo(signal: AbortSignal): CommandIo {
  return {
    print,
    printDocument: (document) => print(JSON.stringify({ schemaVersion: 1, ...document }, null, 2)),
    note: (line) => void process.stderr.write(`${line}\n`),
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
    process.stderr.write(`error: ${error.message}\n`);
    return error.kind === 'stopped' && stopStatus !== undefined ? stopStatus : error.exitStatus;
  }
  process.stderr.write(
    `error: this is a fault of balpm, please report it\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return EXIT_STATUS.internal;
}

// A reader of stderr that goes away must not end a run.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
await main(process.argv.slice(2));
