import { existsSync, statSync } from 'node:fs';
import { usageError } from '../base/errors.ts';
import { hashFile } from '../base/files/files.ts';
import { parseUserObject, USER_OBJECT, type UserObject } from './user-object.ts';

/** A class or function and the content of its file, as it is at the moment. */
export interface UserCode extends UserObject {
  readonly sha256: string;
}

/** Refuses a text that names no file: `where` is the option it came from. @throws BalpmError (usage) */
export function assertUserFile(where: string, text: string): UserObject {
  const object = parseUserObject(text);
  const found = USER_OBJECT.test(text) ? problemOf(object.file) : 'it names no class or function';
  if (found !== null) throw usageError(`Cannot use ${where} '${text}': ${found}, path/to/file.py:Name is needed`);
  return object;
}

/** The named object with the hash of its file. @throws BalpmError (usage) */
export async function readUserCode(where: string, text: string): Promise<UserCode> {
  const object = assertUserFile(where, text);
  return { ...object, sha256: await hashFile(object.file) };
}

function problemOf(file: string): string | null {
  if (!existsSync(file)) return 'there is no such file';
  return statSync(file).isFile() ? null : 'it is not a file';
}
