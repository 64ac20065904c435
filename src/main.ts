#!/usr/bin/env node
import { forgetKeptDirectories, removeLeftDirectories } from './base/files/temporary-directory.ts';
import type { CommandIo } from './cli/command.ts';
import { runCommandLine } from './cli/run-command-line.ts';
import { describeFailure } from './cli/terminal/describe-failure.ts';
import { refuseForeignBytes } from './cli/terminal/refuse-foreign-bytes.ts';
import { listenForStop, type StopSignals } from './cli/terminal/stop-signals.ts';
import { terminal } from './cli/terminal/terminal.ts';
import { removeOrphanedSockets } from './worker/links/local/socket-directory.ts';

/** Runs the command line; the exit status is left in `process.exitCode`. */
async function main(argv: readonly string[]): Promise<void> {
  const stop = listenForStop(terminal.note);
  try {
    refuseForeignBytes(argv);
    removeLeftDirectories();
    removeOrphanedSockets();
    await runCommandLine(argv, createIo(stop), COMMANDER_OUTPUT);
    forgetKeptDirectories();
  } catch (error) {
    process.exitCode = reportFailure(error, stop.status());
  } finally {
    stop.close();
  }
}

/** Where commander begins a line of its own. */
const SUGGESTION = /\n(?=\(Did you mean)/;

/** What commander itself says. */
const COMMANDER_OUTPUT = {
  writeOut: (text: string) => terminal.printText(text.trimEnd()),
  writeErr: (text: string) => terminal.printText(text.trimEnd()),
  outputError: (text: string) => text.trimEnd().split(SUGGESTION).forEach(terminal.note),
};

function createIo({ signal, reason, terminated }: StopSignals): CommandIo {
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
    stopReason: reason,
    terminated,
  };
}

/** Says what went wrong and returns the exit status. */
function reportFailure(error: unknown, stopStatus?: number): number {
  const { status, text } = describeFailure(error, stopStatus);
  if (text !== '') terminal.note(text.trimEnd());
  return status;
}

terminal.outliveReaders();
// What is thrown where nobody waits for it ends the process; the words are those of any other failure.
process.on('uncaughtException', (error) => process.exit(reportFailure(error)));
await main(process.argv.slice(2));
