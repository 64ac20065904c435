import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { dataError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { openRegular, openRegularSync } from '../base/files/regular-file.ts';
import type { Dataset } from './dataset.ts';
import { PromptLine, ResponseLine } from './dataset-format.ts';
import { parseObject } from './lines/json-lines.ts';
import { parseLine } from './lines/parse-line.ts';
import { verifyDatasetFile } from './verify-dataset-file.ts';

const SCHEMAS = { prompts: PromptLine, responses: ResponseLine } as const satisfies Record<string, z.ZodType>;
const NEWLINE = 0x0a;

/** Texts of a dataset by row, read from disk: memory does not grow with them. `close()` closes the file. */
export interface TextRows {
  /** @throws BalpmError (data) naming the line when it is malformed. */
  readonly read: (row: number) => string;
  readonly close: () => void;
}

/**
 * Finds where each text begins.
 * @throws BalpmError (data) when the file is missing, changed, or has other rows than the manifest.
 */
export async function openTextRows({ path, manifest }: Dataset, name: keyof typeof SCHEMAS): Promise<TextRows> {
  await verifyDatasetFile(path, manifest, `${name}.jsonl`);
  const file = join(path, `${name}.jsonl`);
  const ends = await findLineEnds(file);
  if (ends.length !== manifest.counts[name])
    throw dataError(
      `Cannot use ${quotePath(file)}: it has ${ends.length} lines; expected ${manifest.counts[name]}, as in the manifest`,
    );
  const descriptor = openRegularSync(file);
  return {
    read: (row) => {
      const line = readLine(descriptor, row === 0 ? 0 : (ends[row - 1] as number) + 1, ends[row] as number);
      const where = `${quotePath(file)} line ${row + 1}`;
      return parseLine(SCHEMAS[name], parseObject(line, where), where).text;
    },
    close: () => closeSync(descriptor),
  };
}

async function findLineEnds(file: string): Promise<number[]> {
  const ends: number[] = [];
  const handle = await openRegular(file);
  let offset = 0;
  for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 18 })) {
    const bytes = chunk as Buffer;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, end + 1)) ends.push(offset + end);
    offset += bytes.length;
  }
  return ends;
}

function readLine(descriptor: number, begin: number, end: number): string {
  const bytes = Buffer.alloc(end - begin);
  for (let read = 0; read < bytes.length; ) {
    const count = readSync(descriptor, bytes, read, bytes.length - read, begin + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.toString('utf8');
}
