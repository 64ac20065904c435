import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Takes away the figures of an earlier report that this one does not draw; files of other kinds stay. */
export function clearFigures(directory: string, kind: RegExp, drawn: ReadonlySet<string>): void {
  const old = readdirSync(directory).filter((name) => kind.test(name) && !drawn.has(name));
  for (const name of old) rmSync(join(directory, name), { force: true });
}
