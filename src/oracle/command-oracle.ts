import { closeSync, existsSync, fsyncSync, truncateSync } from 'node:fs';
import { BalpmError, dataError, environmentError, messageOf } from '../base/errors.ts';
import { readBytesSync, unwritable, writeAll } from '../base/files/files.ts';
import { appendRegular, openToAppend } from '../base/files/regular-file.ts';
import type { ItemTexts } from '../data/read-texts.ts';
import { type AnswerSheet, createAnswerSheet, parseJson } from './answer-sheet.ts';
import { openBatchFiles, readAnswers, renderItems } from './batch-files.ts';
import type { Batch, Oracle } from './oracle.ts';
import { type ProgramEnd, runProgram } from './program.ts';

/** The program, and where its answers are kept. */
export interface CommandOracleOptions {
  /** The program and its arguments; no shell is between. */
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
 * Asks a program: the items without an answer go to its stdin as JSON lines, its answers come from its stdout, in any
 * order. Each is kept in `round-007.answers.jsonl` as it arrives, so that what was answered is never asked again.
 * @throws BalpmError (environment) when there is no such program; (data) when it fails, is late, or answers wrongly;
 * (stopped) after an abort.
 */
export function createCommandOracle(options: CommandOracleOptions): Oracle {
  return {
    answer: async (batch) => {
      const { answersFile } = await openBatchFiles(options.dir, batch, options.readTexts);
      mendEnd(answersFile);
      const sheet = createAnswerSheet(batch);
      readAnswers(answersFile, sheet);
      if (sheet.missing().length > 0) await ask(batch, sheet, answersFile, options);
      return { type: 'answered', answers: sheet.answers() };
    },
  };
}

/** A write that was cut off leaves a last line without an end: a whole answer gets one, a part of one goes. */
function mendEnd(file: string): void {
  if (!existsSync(file)) return;
  const bytes = readBytesSync(file, 'answers');
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
      sheet.add(line, { what: `answer ${count} of ${name}`, short: 'before', advice: OTHER_WORDS });
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

/** What went wrong, with the words of its message; null when nothing did. */
function problemOf(
  { reason }: ProgramEnd,
  sheet: AnswerSheet,
  { timeoutSeconds }: CommandOracleOptions,
): string | null {
  const missing = sheet.missing();
  switch (reason.type) {
    case 'unstartable':
      return `${reason.words}, a program (a path, or a name on PATH) is needed`;
    case 'refused':
      return messageOf(reason.error);
    case 'timeout':
      return `it was not done after ${timeoutSeconds} s, a faster program (or a larger oracle.timeoutSeconds) is needed`;
    case 'stopped':
      return 'it was stopped, `balpm resume` is needed to go on';
    case 'exit':
      if (reason.signal !== null) return `it was killed by ${reason.signal}, an end with status 0 is needed`;
      if (reason.status !== 0) return `it ended with status ${reason.status}, an end with status 0 is needed`;
      return missing.length === 0
        ? null
        : `it ended without an answer to '${missing[0]}', an answer to every item is needed`;
  }
}

interface Asked {
  readonly name: string;
  readonly batch: Batch;
  readonly sheet: AnswerSheet;
  readonly logFile: string;
}

const SHOWN_LINES = 3;
const OTHER_WORDS = 'and every other word of the program (a banner, a log) on its stderr';

function failureOf(found: string, { reason, lastLines }: ProgramEnd, asked: Asked): BalpmError {
  const { name, batch, sheet, logFile } = asked;
  if (reason.type === 'unstartable') return environmentError(`Cannot run oracle.command ${name}: ${found}`);
  const said = lastLines.filter((line) => line.trim() !== '').slice(-SHOWN_LINES);
  const words = said.length === 0 ? '' : `; it said "${said.join(' | ')}" (all of it is in '${logFile}')`;
  if (reason.type === 'refused') return dataError(`${found}${words}`);
  const act = `Cannot label round ${batch.round} with ${name}, which gave ${sheet.count()} of ${batch.ids.length} answers`;
  if (reason.type === 'stopped') return new BalpmError('stopped', `${act}: ${found}`);
  return dataError(`${act}: ${found}${words}`);
}
