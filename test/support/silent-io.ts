import type { CommandIo } from '../../src/cli/command.ts';

/** Somebody who does not read what a command says. */
export const SILENT_IO: CommandIo = {
  print: () => undefined,
  printLines: () => undefined,
  printText: () => undefined,
  printDocument: () => undefined,
  note: () => undefined,
  exitWith: () => undefined,
  signal: new AbortController().signal,
  stopReason: () => undefined,
  terminated: new AbortController().signal,
};
