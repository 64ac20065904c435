import type { Command } from 'commander';

/** What a command may touch of the outside: results to stdout, all else to stderr. */
export interface CommandIo {
  /** A line of the result, to stdout. */
  readonly print: (line: string) => void;
  /** A JSON document to stdout; `schemaVersion: 1` is added in front. */
  readonly printDocument: (document: Readonly<Record<string, unknown>>) => void;
  /** A line for the person, to stderr. */
  readonly note: (line: string) => void;
  /** Sets the exit status of a command that ends without an error (6: waiting for labels). */
  readonly exitWith: (status: number) => void;
  /** Aborted by the first SIGINT or SIGTERM: finish the step, save, stop. */
  readonly signal: AbortSignal;
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
