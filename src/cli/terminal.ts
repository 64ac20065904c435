import { styleText } from 'node:util';
import { cutMessage } from '../base/cut-message.ts';
import { printable } from '../base/printable.ts';
import { printableLine } from '../base/printable-line.ts';
import type { Sign } from './command.ts';

// This file and live-block.ts alone write to stdout and stderr: what leaves them holds no control sequence but our own.

/** Longer than any path; text that is meant whole goes through `printText`. */
const LONGEST_LINE = 5000;

/** Where people and programs read what a command says. */
export const terminal = {
  /** Lines of a result, to stdout. */
  printLines: (lines: readonly string[], sign?: Sign): void => {
    const lead = sign === undefined ? '' : `  ${styleText(sign.colour, sign.text)} `;
    for (const line of lines) process.stdout.write(`${lead}${cutLine(printableLine(line))}\n`);
  },
  /** The text of a file, whole and with its lines, to stdout. */
  printText: (text: string): void => void process.stdout.write(`${printable(text)}\n`),
  /** A message for the person, to stderr; further lines of it are indented, so that none passes for one of ours. */
  note: (message: string): void =>
    void process.stderr.write(`${printable(cutMessage(message)).replaceAll('\n', '\n  ')}\n`),
  /** A reader of stderr that goes away must not end a run; one of stdout has read enough. */
  outliveReaders: (): void => {
    process.stderr.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  },
} as const;

const cutLine = (line: string): string => (line.length <= LONGEST_LINE ? line : cutMessage(line));
