import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { dataError, messageOf } from '../base/errors.ts';
import { makeDirectory, quotePath, readBytesSync, writeFileAtomic } from '../base/files/files.ts';
import { decodeText } from '../base/text/decode-text.ts';
import type { ItemTexts } from '../data/read-texts.ts';
import { type AnswerPlace, type AnswerSheet, parseJson } from './answer-sheet.ts';
import type { Batch } from './oracle.ts';

/** The two files of a batch: its items, and the labels received so far. */
export interface BatchFiles {
  readonly batchFile: string;
  readonly answersFile: string;
}

const NEWLINE = 0x0a;

/** The id of a line of a batch file. */
const BatchLine = z.object({ id: z.string() });

/**
 * The files of a batch below `dir`: writes `round-007.batch.jsonl` unless it exists; a later reader finds it unchanged.
 * @throws BalpmError (data) when a file of that name has other items.
 */
export async function openBatchFiles(
  dir: string,
  batch: Batch,
  readTexts: (ids: readonly string[]) => Promise<readonly ItemTexts[]>,
): Promise<BatchFiles> {
  const files = batchFilesOf(dir, batch.round);
  if (existsSync(files.batchFile)) assertOwnBatch(files.batchFile, batch);
  else {
    makeDirectory(dir);
    writeFileAtomic(files.batchFile, renderItems(await readTexts(batch.ids)));
  }
  return files;
}

/** Paths of the files of a round's batch below `dir`. */
export function batchFilesOf(dir: string, round: number): BatchFiles {
  const name = join(dir, `round-${String(round).padStart(3, '0')}`);
  return { batchFile: `${name}.batch.jsonl`, answersFile: `${name}.answers.jsonl` };
}

/** Items as JSON lines: id, prompt, response_a, response_b. */
export const renderItems = (items: readonly ItemTexts[]): string =>
  items.map((item) => `${JSON.stringify(item)}\n`).join('');

/** Adds every label of the file to the sheet. @throws BalpmError (data) naming file and line. */
export function readAnswers(answersFile: string, sheet: AnswerSheet): void {
  for (const { line, place } of answerLines(answersFile)) sheet.add(line, place);
}

/**
 * The same, but returns a message with file and line for each invalid line: a labeller who is still writing, or
 * mistyped, loses nothing.
 */
export function readAnswersSoFar(answersFile: string, sheet: AnswerSheet): readonly string[] {
  const problems: string[] = [];
  for (const { line, place } of answerLines(answersFile)) {
    try {
      sheet.add(line, place);
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  return problems;
}

/** Lines of a labels file that are not blank; none if there is no file. Skips a byte order mark at its beginning. */
export function answerLines(answersFile: string): readonly { readonly line: string; readonly place: AnswerPlace }[] {
  if (!existsSync(answersFile)) return [];
  const bytes = withoutCutCharacter(readBytesSync(answersFile, 'labels'));
  const lines = decodeText(bytes, `labels ${quotePath(answersFile)}`).split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const isOpen = index === lines.length - 1;
    const place = {
      what: `labels ${quotePath(answersFile)} line ${index + 1}`,
      short: `on line ${index + 1}`,
      ...(isOpen && { advice: 'the line has no newline at its end, so it may be incomplete' }),
    };
    return [{ line, place }];
  });
}

/** A last line that is still being written may end within a character; without those bytes it is still incomplete. */
function withoutCutCharacter(bytes: Buffer): Buffer {
  if (isUtf8(bytes) || bytes.at(-1) === NEWLINE) return bytes;
  return [1, 2, 3].map((count) => bytes.subarray(0, -count)).find(isUtf8) ?? bytes;
}

/** A batch file with other items belongs to another run, whose labels must not be used. */
function assertOwnBatch(file: string, batch: Batch): void {
  const text = decodeText(readBytesSync(file, 'batch'), `batch ${quotePath(file)}`);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const ids = lines.map((line) => BatchLine.safeParse(parseJson(line)).data?.id);
  if (ids.length === batch.ids.length && ids.every((id, index) => id === batch.ids[index])) return;
  throw dataError(
    `Cannot use batch file ${quotePath(file)}: its items are not those of round ${batch.round}; restore the file, or set another oracle.dir`,
  );
}
