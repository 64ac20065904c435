import { closeSync, existsSync, fsyncSync, truncateSync } from 'node:fs';
import { BalpmError, dataError, environmentError, messageOf } from '../base/errors.ts';
import { readBytesSync, unwritable, writeAll } from '../base/files/files.ts';
import { appendRegular, openToAppend } from '../base/files/regular-file.ts';
import type { ItemTexts } from '../data/read-texts.ts';
import { type AnswerSheet, createAnswerSheet, parseJson } from './answer-sheet.ts';
import { openBatchFiles, readAnswers, renderItems } from './batch-files.ts';
import type { Batch, Oracle } from './oracle.ts';
import { type ProgramEnd, runProgram } from './program.ts';

/** The labelling program, and where its labels are kept. */
export interface CommandOracleOptions {
  /** The program and its arguments, started without a shell. */
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
  readonly dir: string;
  /** The program's stderr is appended here. */
  readonly logFile: string;
  readonly readTexts: (ids: readonly string[]) => Promise<readonly ItemTexts[]>;
  /** Aborting ends the program. */
  readonly signal: AbortSignal;
}

/**
 * Runs a labelling program: writes the items without a label to its stdin as JSON lines and reads labels from its stdout,
 * in any order. Keeps each label in `round-007.answers.jsonl` as it arrives, so that no label is requested twice.
 * @throws BalpmError (environment) when there is no such program; (data) when it fails, is late, or prints invalid
 * labels; (stopped) after an abort.
 */
export function createCommandOracle(options: CommandOracleOptions): Oracle {
  return {
    answer: async (batch) => {
      const { answersFile } = await openBatchFiles(options.dir, batch, options.readTexts);
      repairEnd(answersFile);
      const sheet = createAnswerSheet(batch);
      readAnswers(answersFile, sheet);
      if (sheet.missing().length > 0) await ask(batch, sheet, answersFile, options);
      return { type: 'answered', answers: sheet.answers() };
    },
  };
}

/** Repairs a last line without a newline: adds it to a complete label, removes an incomplete one. */
function repairEnd(file: string): void {
  if (!existsSync(file)) return;
  const bytes = readBytesSync(file, 'labels');
  const begin = bytes.lastIndexOf(0x0a) + 1;
  if (begin === bytes.length) return;
  if (parseJson(bytes.toString('utf8', begin)) === undefined) truncateSync(file, begin);
  else appendRegular(file, '\n');
}

async function ask(batch: Batch, sheet: AnswerSheet, file: string, options: CommandOracleOptions): Promise<void> {
  const { command, timeoutSeconds, readTexts, signal, logFile } = options;
  const name = `'${command[0]}'`;
  const input = renderItems(await readTexts(sheet.missing()));
  let count = 0;
  const descriptor = writing(file, () => openToAppend(file));
  try {
    const onLine = (line: string): void => {
      count += 1;
      sheet.add(line, { what: `label ${count} of ${name}`, short: 'before', advice: OTHER_OUTPUT });
      writing(file, () => writeAll(descriptor, Buffer.from(`${line}\n`)));
    };
    const end = await runProgram({ command, input, onLine, timeoutMs: timeoutSeconds * 1000, signal, logFile });
    writing(file, () => fsyncSync(descriptor));
    const found = problemOf(end, sheet, options);
    if (found !== null) throw failureOf(found, end, { name, batch, sheet, logFile });
  } finally {
    closeSync(descriptor);
  }
}

/** @throws BalpmError (environment) naming the file that cannot be written. */
function writing<Value>(file: string, act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** The problem and what to do; null if there is none. */
function problemOf(
  { reason }: ProgramEnd,
  sheet: AnswerSheet,
  { timeoutSeconds }: CommandOracleOptions,
): string | null {
  const missing = sheet.missing();
  switch (reason.type) {
    case 'unstartable':
      return `${reason.words}; give a program (a path, or a name on PATH)`;
    case 'refused':
      return messageOf(reason.error);
    case 'timeout':
      return `it did not finish within ${timeoutSeconds} s; use a faster program, or increase oracle.timeoutSeconds`;
    case 'stopped':
      return 'it was stopped; run `balpm resume` to continue';
    case 'exit':
      if (reason.signal !== null) return `it was killed by ${reason.signal}; expected exit status 0`;
      if (reason.status !== 0) return `it exited with status ${reason.status}; expected exit status 0`;
      return missing.length === 0
        ? null
        : `it exited without a label for '${missing[0]}'; print a label for every item`;
  }
}

interface Asked {
  readonly name: string;
  readonly batch: Batch;
  readonly sheet: AnswerSheet;
  readonly logFile: string;
}

const SHOWN_LINES = 3;
const OTHER_OUTPUT = 'write other output of the program, such as a log, to its stderr';

function failureOf(found: string, { reason, lastLines }: ProgramEnd, asked: Asked): BalpmError {
  const { name, batch, sheet, logFile } = asked;
  if (reason.type === 'unstartable') return environmentError(`Cannot run oracle.command ${name}: ${found}`);
  const said = lastLines.filter((line) => line.trim() !== '').slice(-SHOWN_LINES);
  const words = said.length === 0 ? '' : `; its stderr ends with "${said.join(' | ')}" (see '${logFile}')`;
  if (reason.type === 'refused') return dataError(`${found}${words}`);
  const act = `Cannot label round ${batch.round} with ${name}, which printed ${sheet.count()} of ${batch.ids.length} labels`;
  if (reason.type === 'stopped') return new BalpmError('stopped', `${act}: ${found}`);
  return dataError(`${act}: ${found}${words}`);
}
