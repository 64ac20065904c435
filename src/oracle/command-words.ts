import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseCommandString } from 'execa';

/** A program and its arguments; a text is split at spaces, and a backslash keeps one. */
export const commandWords = (command: string | readonly string[]): readonly string[] =>
  typeof command === 'string' ? parseCommandString(command) : command;

/**
 * The same with its paths made absolute, so that it works from any other directory: a program with a slash in it, and
 * every argument that names a file here.
 */
export function resolveCommand(command: string | readonly string[]): string[] {
  const [program = '', ...words] = commandWords(command);
  return [
    program.includes('/') ? resolve(program) : program,
    ...words.map((word) => (isFile(word) ? resolve(word) : word)),
  ];
}

/** A text that cannot be a path, such as a prompt, names no file. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
