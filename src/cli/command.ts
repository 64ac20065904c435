import type { Command } from 'commander';

/** A coloured mark of our own before a line. */
export interface Sign {
  readonly text: string;
  readonly colour: 'green' | 'yellow' | 'red';
}

/**
 * What a command may touch of the outside: results to stdout, all else to stderr. Everything is made printable on its
 * way out (src/base/text/printable.ts), so texts of any origin may be given as they are.
 */
export interface CommandIo {
  /** A line of the result, to stdout; `sign` stands before it. */
  readonly print: (line: string, sign?: Sign) => void;
  /** Several lines of the result, to stdout; a line feed within one is shown, it begins none. */
  readonly printLines: (lines: readonly string[]) => void;
  /** The text of a file, whole and with its lines, to stdout. */
  readonly printText: (text: string) => void;
  /** A JSON document to stdout; `schemaVersion: 1` is added in front. */
  readonly printDocument: (document: Readonly<Record<string, unknown>>) => void;
  /** A message for the person, to stderr. */
  readonly note: (message: string) => void;
  /** Sets the exit status of a command that ends without an error (6: waiting for labels). */
  readonly exitWith: (status: number) => void;
  /** Aborted by the first stop signal (src/cli/terminal/stop-signals.ts): finish the step, save, stop. */
  readonly signal: AbortSignal;
  /** The first stop signal; undefined as long as none came. */
  readonly stopReason: () => NodeJS.Signals | undefined;
  /** Aborted by SIGTERM, also by one that comes after SIGUSR2 and cuts nothing short. */
  readonly terminated: AbortSignal;
}

/** A command as the table lists it; the module is loaded only when the command is used. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** What a command's file exports: `register` adds options, sub-commands and actions to the prepared command. */
export interface CommandModule {
  readonly register: (command: Command, io: CommandIo) => void;
}
