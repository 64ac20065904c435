import { dataError, messageOf } from '../../base/errors.ts';
import { quotePath, readableReason } from '../../base/files.ts';
import { parseJson } from '../../base/parse-json.ts';
import { openRegular } from '../../base/regular-file.ts';
import type { RecordSource, SourceRecord } from './record-source.ts';

const LARGEST_BYTES = 256 << 20;

/** Opens a JSON file that is one array of objects; it is held whole. @throws BalpmError (data) when it is not one. */
export async function openJsonArraySource(path: string): Promise<RecordSource> {
  const records = parseArray(await readBounded(path), path);
  const [first] = records;
  return {
    path,
    columns: async () =>
      first === undefined ? null : { where: `${quotePath(path)} row 1`, names: Object.keys(first.values) },
    read: async function* () {
      yield* records;
    },
  };
}

async function readBounded(path: string): Promise<string> {
  try {
    const handle = await openRegular(path);
    try {
      const { size } = await handle.stat();
      if (size > LARGEST_BYTES) throw broken(path, `it has ${size} bytes`, 'at most 256 MiB (else JSONL) are');
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw messageOf(error).startsWith('Cannot') ? error : broken(path, readableReason(error), 'a readable file is');
  }
}

function parseArray(text: string, path: string): SourceRecord[] {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw broken(path, `it is not JSON (${messageOf(error).replaceAll('\n', ' ')})`, 'a JSON array of objects is');
  }
  if (!Array.isArray(value)) throw broken(path, 'it is no array', 'a JSON array of objects is');
  return value.map((item: unknown, index) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      throw broken(path, `row ${index + 1} is no object`, 'a JSON array of objects is');
    return { number: index + 1, values: item as SourceRecord['values'] };
  });
}

const broken = (path: string, found: string, needed: string): Error =>
  dataError(`Cannot read ${quotePath(path)}: ${found}, ${needed} needed`);
