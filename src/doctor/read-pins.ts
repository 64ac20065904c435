import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../base/package-info.ts';

/** The requirements of the worker, every one pinned to a version. */
export const REQUIREMENTS: string = join(PACKAGE_ROOT, 'python_worker', 'requirements.txt');

/** Version of every package that a file of requirements pins by `name==version`. */
export function readPins(path: string = REQUIREMENTS): Map<string, string> {
  const pins = readFileSync(path, 'utf8').matchAll(/^([A-Za-z0-9_.-]+)==([^\s;]+)/gm);
  return new Map([...pins].map(([, name, version]) => [name as string, version as string]));
}
