import { dataError, messageOf } from '../base/errors.ts';
import { quotePath, readText } from '../base/files/files.ts';
import { parseJson } from '../base/text/parse-json.ts';

/** Reads a JSON array; its entries are checked where they are used. @throws BalpmError (data) naming the file. */
export async function readList(path: string): Promise<readonly unknown[]> {
  const refusal = (found: string) =>
    dataError(`Cannot read list ${quotePath(path)}: ${found}; a JSON array as [3, 1, 2] is needed`);
  const text = await readText(path, 'list');
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw refusal(messageOf(error));
  }
  if (!Array.isArray(value)) throw refusal(value === null ? 'it is null' : `it is of type ${typeof value}`);
  return value;
}
