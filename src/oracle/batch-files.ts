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

/** The two files of a batch: what is asked, and what was answered so far. */
export interface BatchFiles {
  readonly batchFile: string;
  readonly answersFile: string;
}

const NEWLINE = 0x0a;

/** What identifies a line of a batch file. */
const BatchLine = z.object({ id: z.string() });

/**
 * The files of a batch below `dir`: `round-007.batch.jsonl` is written unless it is there; a later reader finds it as it was.
 * @throws BalpmError (data) when a file of that name holds other items.
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

/** Where the files of a round's batch are below `dir`. */
export function batchFilesOf(dir: string, round: number): BatchFiles {
  const name = join(dir, `round-${String(round).padStart(3, '0')}`);
  return { batchFile: `${name}.batch.jsonl`, answersFile: `${name}.answers.jsonl` };
}

/** Items as JSON lines: id, prompt, response_a, response_b. */
export const renderItems = (items: readonly ItemTexts[]): string =>
  items.map((item) => `${JSON.stringify(item)}\n`).join('');

/** Puts every answer of the file on the sheet. @throws BalpmError (data) naming file and line. */
export function readAnswers(answersFile: string, sheet: AnswerSheet): void {
  for (const { line, place } of answerLines(answersFile)) sheet.add(line, place);
}

/**
 * The same, but what is no answer to an item of the batch is given back, as the message that names file and line: who is
 * still writing, or mistyped, loses nothing by it.
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

/** Lines of an answers file that are not blank; none when there is no file. A mark of UTF-8 at its beginning is no part. */
export function answerLines(answersFile: string): readonly { readonly line: string; readonly place: AnswerPlace }[] {
  if (!existsSync(answersFile)) return [];
  const bytes = withoutCutCharacter(readBytesSync(answersFile, 'answers'));
  const lines = decodeText(bytes, `answers ${quotePath(answersFile)}`).split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const isOpen = index === lines.length - 1;
    const place = {
      what: `answers ${quotePath(answersFile)} line ${index + 1}`,
      short: `on line ${index + 1}`,
      ...(isOpen && { advice: 'and an end of the line (it may be half written)' }),
    };
    return [{ line, place }];
  });
}

/** A last line that is still being written may end within a character; without it, it is as half written as before. */
function withoutCutCharacter(bytes: Buffer): Buffer {
  if (isUtf8(bytes) || bytes.at(-1) === NEWLINE) return bytes;
  return [1, 2, 3].map((count) => bytes.subarray(0, -count)).find(isUtf8) ?? bytes;
}

/** A batch file with other items is another run's: its answers must not be taken for ours. */
function assertOwnBatch(file: string, batch: Batch): void {
  const text = decodeText(readBytesSync(file, 'batch'), `batch ${quotePath(file)}`);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const ids = lines.map((line) => BatchLine.safeParse(parseJson(line)).data?.id);
  if (ids.length === batch.ids.length && ids.every((id, index) => id === batch.ids[index])) return;
  throw dataError(
    `Cannot hand out batch ${quotePath(file)}: it holds other items than round ${batch.round} picked; the file as it was written (or another oracle.dir) is needed`,
  );
}
