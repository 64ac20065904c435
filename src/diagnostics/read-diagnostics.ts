import { existsSync } from 'node:fs';
import { readRegularSync } from '../base/files/regular-file.ts';
import { parseJson } from '../base/text/parse-json.ts';
import { DiagnosticLine } from './diagnostic-line.ts';

/**
 * The lines of a run's diagnostics in order, one a round and type, none where there is no file; a line that is torn or of
 * another version is left out: nothing but what is shown depends on it.
 */
export function readDiagnostics(path: string): readonly DiagnosticLine[] {
  if (!existsSync(path)) return [];
  const lines = readRegularSync(path)
    .toString('utf8')
    .split('\n')
    .flatMap((line) => lineOf(line) ?? []);
  return [...new Map(lines.map((line) => [`${line.type} ${line.round}`, line])).values()];
}

function lineOf(text: string): DiagnosticLine | undefined {
  try {
    return DiagnosticLine.safeParse(parseJson(text)).data;
  } catch {
    return undefined;
  }
}
