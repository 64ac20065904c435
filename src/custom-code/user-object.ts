/** A class or function in a Python file of the user's. */
export interface UserObject {
  readonly file: string;
  readonly name: string;
}

/** What `path/to/file.py:Name` looks like. */
export const USER_OBJECT = /^.+:[\p{L}_][\p{L}\p{N}_]*$/u;

/** Splits `path/to/file.py:Name` at its last colon; a text without one is a file without a name. */
export function parseUserObject(text: string): UserObject {
  const colon = text.lastIndexOf(':');
  return colon < 0 ? { file: text, name: '' } : { file: text.slice(0, colon), name: text.slice(colon + 1) };
}
