import { styleText } from 'node:util';
import { EXIT_STATUS } from '../../base/errors.ts';
import { adviceOnWrite } from '../../base/files/disk-failure.ts';
import { systemReason } from '../../base/files/system-failure.ts';
import { cutMessage } from '../../base/text/cut-message.ts';
import { printable } from '../../base/text/printable.ts';
import { printableLine } from '../../base/text/printable-line.ts';
import type { Sign } from '../command.ts';

// This file and live-block.ts alone write to stdout and stderr: what leaves them holds no control sequence but our own.

/** Longer than any path; text that is meant whole goes through `printText`. */
const LONGEST_LINE = 5000;

/** Whether nobody reads stdout any more. */
let isMute = false;

function write(text: string): void {
  if (!isMute) process.stdout.write(text);
}

/** Where people and programs read what a command says. */
export const terminal = {
  /** Lines of a result, to stdout. */
  printLines: (lines: readonly string[], sign?: Sign): void => {
    const lead = sign === undefined ? '' : `  ${styleText(sign.colour, sign.text)} `;
    for (const line of lines) write(`${lead}${cutLine(printableLine(line))}\n`);
  },
  /** The text of a file, whole and with its lines, to stdout. */
  printText: (text: string): void => write(`${printable(text)}\n`),
  /** A message for the person, to stderr; further lines of it are indented, so that none passes for one of ours. */
  note: (message: string): void =>
    void process.stderr.write(`${printable(cutMessage(message)).replaceAll('\n', '\n  ')}\n`),
  /** What a library prints with console.log, kept from stdout. */
  printedBy: (print: () => void): string => {
    const { log } = console;
    const lines: string[] = [];
    Object.assign(console, { log: (line: string) => void lines.push(line) });
    try {
      print();
    } finally {
      Object.assign(console, { log });
    }
    return lines.join('\n');
  },
  /**
   * A reader of stderr that goes away must not end a run, nor a terminal or a disk that takes no notes. Nor may one of
   * stdout: what was begun is ended whole. A disk that takes no result is told, with status 3.
   */
  outliveReaders: (): void => {
    process.stderr.on('error', () => undefined);
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (isMute) return;
      isMute = true;
      if (error.code === 'EPIPE') return;
      process.exitCode = EXIT_STATUS.environment;
      terminal.note(`error: Cannot write the result to stdout: ${systemReason(error)}; ${adviceOnWrite(error)}`);
    });
  },
} as const;

const cutLine = (line: string): string => (line.length <= LONGEST_LINE ? line : cutMessage(line));
