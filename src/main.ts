#!/usr/bin/env node
import type { CommandIo } from './cli/command.ts';
import { describeFailure } from './cli/describe-failure.ts';
import { runCommandLine } from './cli/run-command-line.ts';
import { listenForStop } from './cli/stop-signals.ts';

/** Runs the command line; the exit status is left in `process.exitCode`. */
async function main(argv: readonly string[]): Promise<void> {
  const stop = listenForStop();
  try {
    await runCommandLine(argv, createIo(stop.signal));
  } catch (error) {
    process.exitCode = reportFailure(error, stop.status());
  } finally {
    stop.close();
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

/** Says what went wrong and returns the exit status. */
function reportFailure(error: unknown, stopStatus?: number): number {
  const { status, text } = describeFailure(error, stopStatus);
  process.stderr.write(text);
  return status;
}

// A reader of stderr that goes away must not end a run.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// What is thrown where nobody waits for it ends the process; the words are those of any other failure.
process.on('uncaughtException', (error) => process.exit(reportFailure(error)));
await main(process.argv.slice(2));
