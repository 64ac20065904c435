import { existsSync } from 'node:fs';
import { appendText, writeFileAtomic } from '../base/files/files.ts';
import { readRegularSync } from '../base/files/regular-file.ts';
import type { DiagnosticLine } from './diagnostic-line.ts';
import { readDiagnostics } from './read-diagnostics.ts';

/** How far a run has come: rounds that are measured, and batches that are chosen (the initial set counts). */
export interface Progress {
  readonly measured: number;
  readonly chosen: number;
}

/** The file a run's diagnostics are kept in. */
export interface DiagnosticsFile {
  readonly append: (line: DiagnosticLine) => void;
}

/**
 * Opens a run's diagnostics. Each line is written before the event it goes with, so none is missing when a run was killed;
 * those whose event never came are dropped here and written again with it.
 */
export function openDiagnostics(path: string, { measured, chosen }: Progress): DiagnosticsFile {
  const kept = readDiagnostics(path).filter(({ type, round }) => round < (type === 'splits' ? measured : chosen));
  const text = kept.map(render).join('');
  if (existsSync(path) && text !== readRegularSync(path).toString('utf8')) writeFileAtomic(path, text);
  return { append: (line) => appendText(path, render(line)) };
}

const render = (line: DiagnosticLine): string => `${JSON.stringify(line)}\n`;
