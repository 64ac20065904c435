import { isUtf8 } from 'node:buffer';
import { BalpmError, dataError, messageOf } from '../../../base/errors.ts';
import { quotePath, readableReason } from '../../../base/files/files.ts';
import { openRegular } from '../../../base/files/regular-file.ts';
import { foreignMark } from '../../../base/text/foreign-mark.ts';
import { hasUtf8Mark } from '../../../base/text/has-utf8-mark.ts';
import { asObject } from '../../lines/as-object.ts';
import { parseJsonBytes, parseText } from '../../lines/parse-json-bytes.ts';
import { parseSpellings } from '../../lines/parse-spellings.ts';
import { Spelling } from '../../lines/spelling.ts';
import type { TextEncoding } from '../../lines/text-encoding.ts';
import type { ColumnsFound, RecordSource, SourceRecord } from './source-record.ts';

const LARGEST_BYTES = 256 << 20;

/** Opens a JSON file with one array of objects, read as a whole. @throws BalpmError (data) when it is not one. */
export async function openJsonArraySource(path: string, encoding: TextEncoding | null): Promise<RecordSource> {
  const bytes = withoutMark(await readBounded(path), path, encoding);
  const decoded = encoding === null ? null : decode(bytes, path, encoding);
  const items = parse(bytes, decoded, path);
  if (!Array.isArray(items)) throw broken(path, 'it is not an array', 'expected a JSON array of objects');
  const spelled = once(() => parseSpellings(decoded ?? bytes.toString('utf8')) as readonly unknown[]);
  const records = items.map((item, index) => recordOf(item, index, path, spelled));
  return {
    path,
    columns: async () => (records.length === 0 ? null : firstColumns(path, items)),
    read: async function* () {
      yield* records;
    },
  };
}

/** The names of the first valid object; faults of earlier rows are reported when these are read. */
function firstColumns(path: string, items: readonly unknown[]): ColumnsFound {
  const index = Math.max(
    0,
    items.findIndex((item) => typeof item === 'object' && item !== null && !Array.isArray(item)),
  );
  const where = `${quotePath(path)} row ${index + 1}`;
  return { where, names: Object.keys(asObject(items[index], where)) };
}

function recordOf(item: unknown, index: number, path: string, spelled: () => readonly unknown[]): SourceRecord {
  const where = `${quotePath(path)} row ${index + 1}`;
  return {
    number: index + 1,
    values: () => asObject(item, where),
    spelling: (field) => {
      const found = asObject(spelled()[index], where)[field];
      return found instanceof Spelling ? found.text : null;
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

async function readBounded(path: string): Promise<Buffer> {
  try {
    const handle = await openRegular(path);
    try {
      const { size } = await handle.stat();
      if (size > LARGEST_BYTES) throw broken(path, `it has ${size} bytes`, 'at most 256 MiB are allowed; use JSONL');
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof BalpmError) throw error;
    throw broken(path, readableReason(error), 'give a readable file');
  }
}

function withoutMark(bytes: Buffer, path: string, encoding: TextEncoding | null): Buffer {
  const foreign = encoding === null || encoding.hasByteLines ? foreignMark(bytes) : null;
  if (foreign !== null) throw broken(path, `it is ${foreign} text`, 'save it as UTF-8, or give --encoding NAME');
  if (!hasUtf8Mark(bytes)) return bytes;
  if (encoding !== null)
    throw broken(path, `its first bytes are the mark of UTF-8, not of ${encoding.name}`, 'omit --encoding');
  return bytes.subarray(3);
}

function decode(bytes: Buffer, path: string, encoding: TextEncoding): string {
  try {
    return encoding.open(bytes)(bytes, true);
  } catch (error) {
    throw dataError(`Cannot read ${quotePath(path)} as ${encoding.name}: ${messageOf(error)}; check --encoding`);
  }
}

function parse(bytes: Buffer, decoded: string | null, path: string): unknown {
  try {
    return decoded === null ? parseJsonBytes(bytes) : parseText(decoded);
  } catch (error) {
    if (decoded === null && !isUtf8(bytes))
      throw broken(path, 'it is not UTF-8', 'save it as UTF-8, or give --encoding NAME');
    const reason = messageOf(error).replaceAll('\n', ' ');
    throw broken(path, `it is not JSON (${reason})`, 'expected a JSON array of objects');
  }
}

const broken = (path: string, found: string, remedy: string): Error =>
  dataError(`Cannot read ${quotePath(path)}: ${found}; ${remedy}`);
