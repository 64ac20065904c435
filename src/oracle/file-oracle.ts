import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { dataError } from '../base/errors.ts';
import { makeDirectory, quotePath, writeFileAtomic } from '../base/files.ts';
import { Side } from '../data/dataset-format.ts';
import type { ItemTexts } from '../data/read-texts.ts';
import type { Batch, Oracle } from './oracle.ts';

/** What identifies a line of a batch file. */
const BatchLine = z.object({ id: z.string() });
/** Line of an answers file. Other fields (annotator, time, …) are welcome and ignored. */
const AnswerLine = z.object({ id: z.string(), preferred: Side });

/** Where batches go and where their texts come from. */
export interface FileOracleOptions {
  readonly dir: string;
  readonly readTexts: (ids: readonly string[]) => Promise<readonly ItemTexts[]>;
}

/**
 * Hands batches to people as files: writes `round-007.batch.jsonl` and reads `round-007.answers.jsonl`.
 * A batch counts as answered when every item has one answer; the same answer twice is fine, two different ones are not.
 * @throws BalpmError (data) naming file and line for a malformed line, an unknown id or contradicting answers.
 */
export function createFileOracle({ dir, readTexts }: FileOracleOptions): Oracle {
  return {
    answer: async (batch) => {
      const name = join(dir, `round-${String(batch.round).padStart(3, '0')}`);
      const batchFile = `${name}.batch.jsonl`;
      const answersFile = `${name}.answers.jsonl`;
      if (existsSync(batchFile)) assertOwnBatch(await readFile(batchFile, 'utf8'), batchFile, batch);
      else await writeBatch(dir, batchFile, batch, readTexts);
      const answers = existsSync(answersFile)
        ? parseAnswers(await readFile(answersFile, 'utf8'), answersFile, batch)
        : new Map();
      if (answers.size < batch.ids.length) {
        return {
          type: 'waiting',
          round: batch.round,
          batchFile,
          answersFile,
          answered: answers.size,
          needed: batch.ids.length,
        };
      }
      return { type: 'answered', answers: batch.ids.map((id) => answers.get(id) as Side) };
    },
  };
}

async function writeBatch(
  dir: string,
  file: string,
  batch: Batch,
  readTexts: FileOracleOptions['readTexts'],
): Promise<void> {
  makeDirectory(dir);
  const shown = await readTexts(batch.ids);
  writeFileAtomic(file, shown.map((item) => `${JSON.stringify(item)}\n`).join(''));
}

/** A batch file with other items is another run's: its answers must not be taken for ours. */
function assertOwnBatch(text: string, file: string, batch: Batch): void {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const ids = lines.map((line) => BatchLine.safeParse(parseJson(line)).data?.id);
  if (ids.length === batch.ids.length && ids.every((id, index) => id === batch.ids[index])) return;
  throw dataError(
    `Cannot hand out batch ${quotePath(file)}: it holds other items than round ${batch.round} picked, the file as it was written (or another oracle.dir) is needed`,
  );
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function parseAnswers(text: string, file: string, batch: Batch): Map<string, Side> {
  const known = new Set(batch.ids);
  const answers = new Map<string, { preferred: Side; line: number }>();
  text.split('\n').forEach((content, index) => {
    if (content.trim() === '') return;
    const line = index + 1;
    const { id, preferred } = parseAnswer(content, file, line);
    if (!known.has(id))
      throw dataError(
        `Cannot read answers ${quotePath(file)} line ${line}: id '${id}' is not in the batch of round ${batch.round}, an id of the batch is needed`,
      );
    const earlier = answers.get(id);
    if (earlier && earlier.preferred !== preferred) {
      throw dataError(
        `Cannot read answers ${quotePath(file)} line ${line}: id '${id}' was answered '${earlier.preferred}' on line ${earlier.line} and '${preferred}' here, one answer is needed`,
      );
    }
    answers.set(id, { preferred, line });
  });
  return new Map([...answers].map(([id, { preferred }]) => [id, preferred]));
}

function parseAnswer(content: string, file: string, line: number): z.infer<typeof AnswerLine> {
  const json = parseJson(content);
  if (json === undefined) {
    throw dataError(
      `Cannot read answers ${quotePath(file)} line ${line}: it is not JSON, {"id": …, "preferred": "a" or "b"} is needed`,
    );
  }
  const parsed = AnswerLine.safeParse(json);
  if (parsed.success) return parsed.data;
  throw dataError(
    `Cannot read answers ${quotePath(file)} line ${line}: ${describeLine(json, parsed.error.issues[0]?.path[0])}, {"id": text, "preferred": "a" or "b"} is needed`,
  );
}

/** What stands in the place of the field that is wrong, or in the place of the whole line. */
function describeLine(json: unknown, field: PropertyKey | undefined): string {
  if (field === undefined || typeof json !== 'object' || json === null) return `it is ${JSON.stringify(json)}`;
  const given = (json as Record<PropertyKey, unknown>)[field];
  return given === undefined
    ? `field '${String(field)}' is missing`
    : `field '${String(field)}' is ${JSON.stringify(given)}`;
}
