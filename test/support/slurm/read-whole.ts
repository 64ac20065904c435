import { readFileSync } from 'node:fs';

/** The JSON value of a file, none when it is gone: a job may take it away between a listing and this. */
export function readWhole<Value>(path: string): Value[] {
  try {
    return [JSON.parse(readFileSync(path, 'utf8')) as Value];
  } catch {
    return [];
  }
}
